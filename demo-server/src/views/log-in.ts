import { renderLogin } from '@tweestap/elements/server.js';
import type { Portal } from '../portals/portal.ts';
import { type Html, html, type Piece, rendered } from '../text/html.ts';
import type { Preferences, Words } from '../text/language.ts';
import { words } from '../text/words.ts';
import { type Assets, document, masthead } from './layout.ts';

/** The shared portal, where a school, a clinic and a municipality keep one file together. */
const shared = {
  name: 'Kringdossier',
  tagline: { nl: 'Eén dossier voor elk kind', en: 'One file for every child' },
  heading: { nl: 'Samen werken aan één dossier', en: 'Work together on one file' },
  text: {
    nl: 'School, zorg en gemeente houden hier samen één dossier bij. Kies je organisatie en log in.',
    en: 'The school, the clinic and the municipality share one file here. Choose your organisation, then log in.',
  },
  notices: [
    {
      heading: { nl: 'Deelnemers', en: 'Participants' },
      text: {
        nl: 'De Linde, Samenwerkingsverband Zilverdijk en de gemeente Wolvenrade.',
        en: 'De Linde, the Zilverdijk partnership of schools and the municipality of Wolvenrade.',
      },
    },
    {
      heading: { nl: 'Wat heb je nodig?', en: 'What do you need?' },
      text: {
        nl: 'Je gebruikersnaam, je wachtwoord en de telefoon of passkey waarmee je je login bevestigt.',
        en: 'Your username, your password and the phone or passkey with which you confirm your login.',
      },
    },
  ],
} as const satisfies { name: string; tagline: Words; heading: Words; text: Words; notices: Portal['notices'] };

export interface LogInParts {
  preferences: Preferences;
  /** Absent on the shared portal, where the user chooses the organisation first. */
  portal?: Portal;
  /** The path of the page after the login. */
  returnTo: string;
  assets: Assets;
  /** The path of the styles of the widget's first screen. */
  loginStyles: string;
  /** The panel next to the portal. */
  aside: Piece;
}

/** The login page with the widget, for `/` and for each portal. */
export const logInPage = (parts: LogInParts): string => {
  const { preferences, portal, assets, aside, loginStyles } = parts;
  const { lang } = preferences;
  const say = words(lang);
  const heading = portal?.welcome.heading ?? shared.heading;
  const text = portal?.welcome.text ?? shared.text;
  const name = portal?.name ?? shared.name;
  const look = portal?.path ?? 'shared';
  const tagline = (portal?.tagline ?? shared.tagline)[lang];
  const body = html`<div class="stage">
<div class="portal">
${masthead({ lang, look, name, tagline, home: portal ? `/${portal.path}` : '/' })}
<main class="welcome">
  <div class="welcome-text"><h1>${heading[lang]}</h1><p>${text[lang]}</p></div>
  <div class="welcome-login">${login(parts)}<noscript><p>${say('needsScript')}</p></noscript></div>
  <div class="notices">${(portal?.notices ?? shared.notices).map((notice) => noticeBlock(notice.heading[lang], notice.text[lang]))}</div>
</main>
<footer class="portal-footer"><p>${say('fictitious')}</p></footer>
</div>
${aside}
</div>`;
  // The shadow tree links the styles. The browser learns of them here, so that they are there with the first screen.
  const head = html`<link rel="preload" as="style" href="${loginStyles}">`;
  return document({ preferences, title: `${say('logIn')} · ${name}`, look, assets, head, body });
};

/** The widget with its first screen, in which the user can type before the script is loaded. */
const login = ({ preferences: { lang }, portal, returnTo, loginStyles }: LogInParts): Html =>
  rendered(
    renderLogin({
      lang,
      api: '/mfa/v1',
      organisation: portal?.organisation,
      returnTo,
      resume: true,
      stylesheet: loginStyles,
    }),
  );

const noticeBlock = (heading: string, text: string): Html =>
  html`<section class="notice"><h2>${heading}</h2><p>${text}</p></section>`;
