import type { Portal } from '../portals/portal.ts';
import { type Html, html, type Piece } from './html.ts';
import type { Taste, Words } from './language.ts';
import { type Assets, document, masthead } from './layout.ts';
import { words } from './words.ts';

/** The common front door: one file that school, care and municipality keep together. */
const front = {
  name: 'Kringdossier',
  tagline: { nl: 'Eén dossier rond het kind', en: 'One file around the child' },
  heading: { nl: 'Wie samenwerkt, weet meer', en: 'Those who work together know more' },
  text: {
    nl: 'School, zorg en gemeente houden hier samen één dossier bij. Kies eerst je eigen organisatie en meld je dan aan.',
    en: 'School, care and municipality keep one file together here. Choose your own organisation first, then log in.',
  },
  notices: [
    {
      heading: { nl: 'Wie doet er mee', en: 'Who takes part' },
      text: {
        nl: 'De Linde, Samenwerkingsverband Zilverdijk en de gemeente Wolvenrade.',
        en: 'De Linde, Zilverdijk partnership of schools and the municipality of Wolvenrade.',
      },
    },
    {
      heading: { nl: 'Wat heb je nodig', en: 'What you need' },
      text: {
        nl: 'Je gebruikersnaam, je wachtwoord en je telefoon met de authenticatie-app.',
        en: 'Your username, your password and your phone with the authenticator app.',
      },
    },
  ],
} as const satisfies { name: string; tagline: Words; heading: Words; text: Words; notices: Portal['notices'] };

export interface SignIn {
  taste: Taste;
  /** Absent at the common front door, where the organisation is asked first. */
  portal?: Portal;
  /** Where to go after the login: a path. */
  returnTo: string;
  assets: Assets;
  /** What stands beside the portal. */
  aside: Piece;
}

/** The page with the widget: `/` and each portal's own. */
export const signInPage = ({ taste, portal, returnTo, assets, aside }: SignIn): string => {
  const { lang } = taste;
  const say = words(lang);
  const heading = portal?.welcome.heading ?? front.heading;
  const text = portal?.welcome.text ?? front.text;
  const name = portal?.name ?? front.name;
  const look = portal?.path ?? 'front';
  const tagline = (portal?.tagline ?? front.tagline)[lang];
  const body = html`<div class="stage">
<div class="portal">
${masthead({ lang, look, name, tagline, home: portal ? `/${portal.path}` : '/' })}
<main class="welcome">
  <div class="welcome-text"><h1>${heading[lang]}</h1><p>${text[lang]}</p></div>
  <div class="welcome-login">${login(returnTo, portal)}<noscript><p>${say('needsScript')}</p></noscript></div>
  <div class="notices">${(portal?.notices ?? front.notices).map((notice) => noticeBlock(notice.heading[lang], notice.text[lang]))}</div>
</main>
<footer class="portal-footer"><p>${say('fictitious')}</p></footer>
</div>
${aside}
</div>`;
  return document({ taste, title: `${say('logIn')} · ${name}`, look, assets, body });
};

const login = (returnTo: string, portal?: Portal): Html =>
  portal
    ? html`<mfa-login api="/mfa/v1" organisation="${portal.organisation}" return-to="${returnTo}" resume></mfa-login>`
    : html`<mfa-login api="/mfa/v1" return-to="${returnTo}" resume></mfa-login>`;

const noticeBlock = (heading: string, text: string): Html =>
  html`<section class="notice"><h2>${heading}</h2><p>${text}</p></section>`;
