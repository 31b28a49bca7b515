import type { Language } from '@tweestap/protocol/constants';
import type { Entry, File, Portal } from '../portals/portal.ts';
import { type Html, html, type Piece } from './html.ts';
import type { Taste } from './language.ts';
import { type Assets, document, masthead, signOut } from './layout.ts';
import { words } from './words.ts';

/** Who is logged in, as the pages show it. */
export interface Person {
  name: string;
  username: string;
  withFactor: boolean;
}

export interface Inside {
  taste: Taste;
  portal: Portal;
  person: Person;
  assets: Assets;
  aside: Piece;
}

/** The first page behind the login: diary, files and a message. */
export const homePage = (inside: Inside): string => {
  const { taste, portal, person } = inside;
  const { lang } = taste;
  const say = words(lang);
  const main = html`<main class="home">
  <h1>${say('hello')} ${person.name.split(' ')[0]}</h1>
  <div class="home-columns">
    <section class="block agenda"><h2>${portal.agenda.heading[lang]}</h2><ul class="rows">${portal.agenda.entries.map((entry) => row(entry, lang))}</ul></section>
    <section class="block files"><h2>${portal.files.heading[lang]}</h2><ul class="rows">${portal.files.entries.map((file) => fileRow(file, portal, lang))}</ul>
      <p class="small">${say('freshCode')}</p></section>
    <section class="block message"><h2>${say('message')}</h2>
      <p class="small">${portal.message.from[lang]}, ${portal.message.at[lang]}</p><p>${portal.message.text[lang]}</p></section>
  </div>
</main>`;
  return insidePage(inside, portal.files.heading[lang], main);
};

/** One file, after a fresh second factor. */
export const filePage = (inside: Inside, file: File): string => {
  const { lang } = inside.taste;
  const main = html`<main class="home">
  <p><a class="back" href="/${inside.portal.path}/home">← ${words(lang)('back')}</a></p>
  <p class="small">${markOf(file, lang)}</p>
  <h1>${file.title[lang]}</h1>
  <p>${file.detail[lang]}</p>
  <div class="file">${file.sections.map((part) => html`<section><h2>${part.heading[lang]}</h2><p>${part.text[lang]}</p></section>`)}</div>
</main>`;
  return insidePage(inside, file.title[lang], main);
};

/** `/settings` in the portal's look. */
export const portalSettingsPage = (inside: Inside): string => {
  const say = words(inside.taste.lang);
  const main = html`<main class="home settings">
  <p><a class="back" href="/${inside.portal.path}/home">← ${say('back')}</a></p>
  <h1>${say('account')}</h1>
  <mfa-settings api="/mfa/v1" resume></mfa-settings>
</main>`;
  return insidePage(inside, say('settings'), main);
};

/** Before such a file opens: the widget asks for the second factor again. */
export const stepUpPage = (inside: Inside, file: File, returnTo: string): string => {
  const { lang } = inside.taste;
  const say = words(lang);
  const setUp = html`<div data-step-up-impossible hidden><p>${say('stepUpImpossible')}</p><p><a class="button" href="/account">${say('setUp')}</a></p></div>`;
  const main = html`<main class="home narrow">
  <p><a class="back" href="/${inside.portal.path}/home">← ${say('back')}</a></p>
  <p class="small">${markOf(file, lang)}, ${file.title[lang]}</p>
  <h1>${say('stepUpHeading')}</h1>
  <p>${say('stepUpText')}</p>
  <mfa-login data-step-up defer-hydration hidden api="/mfa/v1" return-to="${returnTo}"></mfa-login>
  ${setUp}
</main>`;
  return insidePage(inside, say('stepUpHeading'), main);
};

const insidePage = ({ taste, portal, person, assets, aside }: Inside, title: string, main: Html): string => {
  const { lang } = taste;
  const say = words(lang);
  const end = html`<p class="who"><strong>${person.name}</strong>
    <span class="small">${say(person.withFactor ? 'withFactor' : 'withoutFactor')}</span></p>
    <a class="settings-link" href="/settings">${say('settings')}</a>
    ${signOut(lang, `/${portal.path}`)}`;
  const body = html`<div class="stage">
<div class="portal inside">
${masthead({ lang, look: portal.path, name: portal.name, tagline: portal.tagline[lang], home: `/${portal.path}/home`, end })}
${main}
<footer class="portal-footer"><p>${say('fictitious')}</p></footer>
</div>
${aside}
</div>`;
  return document({ taste, title: `${title} · ${portal.name}`, look: portal.path, assets, body });
};

const markOf = ({ mark }: Entry, lang: Language): string => (typeof mark === 'string' ? mark : mark[lang]);

const row = (entry: Entry, lang: Language): Html =>
  html`<li><span class="row-mark">${markOf(entry, lang)}</span><span class="row-words"><strong>${entry.title[lang]}</strong> <span>${entry.detail[lang]}</span></span></li>`;

const fileRow = (file: File, portal: Portal, lang: Language): Html =>
  html`<li><span class="row-mark">${markOf(file, lang)}</span><span class="row-words"><a href="/${portal.path}/file/${file.id}">${file.title[lang]}</a> <span>${file.detail[lang]}</span></span></li>`;
