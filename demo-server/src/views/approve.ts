import { html } from '../text/html.ts';
import type { Preferences, Words } from '../text/language.ts';
import { words } from '../text/words.ts';
import { type Assets, document, languageSwitch } from './layout.ts';

const title: Words = { nl: 'Goedkeuren', en: 'Approve' };

/** `/approve`: the phone's side of push as an installable web app. Its service worker keeps it usable without a network. */
export const approvePage = (preferences: Preferences, assets: Assets): string => {
  const { lang } = preferences;
  const head = html`<link rel="manifest" href="/manifest.webmanifest">
<link rel="apple-touch-icon" href="/icon-192.png">
<meta name="theme-color" content="#10555c">`;
  const body = html`<main class="plain"><h1 class="silent">${title[lang]}</h1>
    <mfa-approve api="/mfa/v1"></mfa-approve>
    <noscript><p>${words(lang)('needsScript')}</p></noscript>
    ${languageSwitch(lang)}</main>`;
  return document({ preferences, title: title[lang], look: 'plain', assets, head, body });
};
