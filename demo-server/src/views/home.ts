import type { Language } from '@tweestap/protocol/constants';
import type { Entry, File, Portal } from '../portals/portal.ts';
import { type Html, html, type Piece } from '../text/html.ts';
import type { Preferences } from '../text/language.ts';
import { words } from '../text/words.ts';
import { type Assets, document, logOutControls, masthead } from './layout.ts';

/** The logged-in user, as the pages show them. */
export interface PortalUser {
  name: string;
  username: string;
  withFactor: boolean;
}

/** The data that every page after the login shows. */
export interface PageContext {
  preferences: Preferences;
  portal: Portal;
  user: PortalUser;
  assets: Assets;
  aside: Piece;
}

/** The first page after the login: appointments, files and a message. */
export const homePage = (context: PageContext): string => {
  const { preferences, portal, user } = context;
  const { lang } = preferences;
  const say = words(lang);
  const main = html`<main class="home">
  <h1>${say('hello')} ${user.name.split(' ')[0]}</h1>
  <div class="home-columns">
    <section class="block agenda"><h2>${portal.agenda.heading[lang]}</h2><ul class="rows">${portal.agenda.entries.map((entry) => row(entry, lang))}</ul></section>
    <section class="block files"><h2>${portal.files.heading[lang]}</h2><ul class="rows">${portal.files.entries.map((file) => fileRow(file, portal, lang))}</ul>
      <p class="small">${say('freshCode')}</p></section>
    <section class="block message"><h2>${say('message')}</h2>
      <p class="small">${portal.message.from[lang]}, ${portal.message.at[lang]}</p><p>${portal.message.text[lang]}</p></section>
  </div>
</main>`;
  return privatePage(context, portal.files.heading[lang], main);
};

/** One file. Its route requires a fresh second factor. */
export const filePage = (context: PageContext, file: File): string => {
  const { lang } = context.preferences;
  const main = html`<main class="home">
  <p><a class="back" href="/${context.portal.path}/home">← ${words(lang)('back')}</a></p>
  <p class="small">${markOf(file, lang)}</p>
  <h1>${file.title[lang]}</h1>
  <p>${file.detail[lang]}</p>
  <div class="file">${file.sections.map((part) => html`<section><h2>${part.heading[lang]}</h2><p>${part.text[lang]}</p></section>`)}</div>
</main>`;
  return privatePage(context, file.title[lang], main);
};

/** `/settings` in the style of the portal. */
export const portalSettingsPage = (context: PageContext): string => {
  const say = words(context.preferences.lang);
  const main = html`<main class="home settings">
  <p><a class="back" href="/${context.portal.path}/home">← ${say('back')}</a></p>
  <h1>${say('account')}</h1>
  <mfa-settings api="/mfa/v1" resume></mfa-settings>
</main>`;
  return privatePage(context, say('settings'), main);
};

/** The page that asks for the second factor again before a file opens. */
export const stepUpPage = (context: PageContext, file: File, returnTo: string): string => {
  const { lang } = context.preferences;
  const say = words(lang);
  const setUp = html`<div data-step-up-impossible hidden><p>${say('stepUpImpossible')}</p><p><a class="button" href="/account">${say('setUp')}</a></p></div>`;
  const main = html`<main class="home narrow">
  <p><a class="back" href="/${context.portal.path}/home">← ${say('back')}</a></p>
  <p class="small">${markOf(file, lang)}, ${file.title[lang]}</p>
  <h1>${say('stepUpHeading')}</h1>
  <p>${say('stepUpText')}</p>
  <mfa-login data-step-up defer-hydration hidden api="/mfa/v1" return-to="${returnTo}"></mfa-login>
  ${setUp}
</main>`;
  return privatePage(context, say('stepUpHeading'), main);
};

const privatePage = ({ preferences, portal, user, assets, aside }: PageContext, title: string, main: Html): string => {
  const { lang } = preferences;
  const say = words(lang);
  const end = html`<p class="who"><strong>${user.name}</strong>
    <span class="small">${say(user.withFactor ? 'withFactor' : 'withoutFactor')}</span></p>
    <a class="settings-link" href="/settings">${say('settings')}</a>
    ${logOutControls(lang, `/${portal.path}`)}`;
  const body = html`<div class="stage">
<div class="portal inside">
${masthead({ lang, look: portal.path, name: portal.name, tagline: portal.tagline[lang], home: `/${portal.path}/home`, end })}
${main}
<footer class="portal-footer"><p>${say('fictitious')}</p></footer>
</div>
${aside}
</div>`;
  return document({ preferences, title: `${title} · ${portal.name}`, look: portal.path, assets, body });
};

const markOf = ({ mark }: Entry, lang: Language): string => (typeof mark === 'string' ? mark : mark[lang]);

const row = (entry: Entry, lang: Language): Html =>
  html`<li><span class="row-mark">${markOf(entry, lang)}</span><span class="row-words"><strong>${entry.title[lang]}</strong> <span>${entry.detail[lang]}</span></span></li>`;

const fileRow = (file: File, portal: Portal, lang: Language): Html =>
  html`<li><span class="row-mark">${markOf(file, lang)}</span><span class="row-words"><a href="/${portal.path}/file/${file.id}">${file.title[lang]}</a> <span>${file.detail[lang]}</span></span></li>`;
