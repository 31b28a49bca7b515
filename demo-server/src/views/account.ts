import { type Html, html } from './html.ts';
import type { Taste, Words } from './language.ts';
import { type Assets, document, signOut } from './layout.ts';
import { words } from './words.ts';

const texts = {
  heading: { nl: 'Authenticatie-app toevoegen of vervangen', en: 'Add or replace an authenticator app' },
  register: { nl: 'Account maken', en: 'Make an account' },
  signedIn: { nl: 'Aangemeld als', en: 'Logged in as' },
} as const satisfies Record<string, Words>;

interface Known {
  username: string;
  organisation: string;
}

/**
 * `/account`: the plain page of the reference server. Logs in for the page at `to`, or sets an authenticator up for who is
 * logged in.
 */
export const accountPage = (taste: Taste, assets: Assets, to: string, person?: Known): string => {
  const { lang } = taste;
  const say = words(lang);
  const login = html`<h1>${say('account')}</h1><mfa-login api="/mfa/v1" return-to="${to}" resume></mfa-login>`;
  const inside =
    person &&
    html`${accountLine(lang, person)}
    <p><a href="/settings">${say('settings')}</a></p>
    <h1>${texts.heading[lang]}</h1><mfa-enroll api="/mfa/v1" return-to="/account"></mfa-enroll>`;
  const body = html`<main class="plain">${inside ?? login}</main>`;
  return document({ taste, title: say('account'), look: 'plain', assets, body });
};

/** `/settings`: the plain page of the reference server. */
export const settingsPage = (taste: Taste, assets: Assets, person: Known): string => {
  const { lang } = taste;
  const title = words(lang)('settings');
  const body = html`<main class="plain wide">${accountLine(lang, person)}<h1>${title}</h1><mfa-settings api="/mfa/v1" resume></mfa-settings></main>`;
  return document({ taste, title, look: 'plain', assets, body });
};

const accountLine = (lang: Taste['lang'], { username, organisation }: Known): Html =>
  html`<p class="account-line">${texts.signedIn[lang]} <strong>${username}</strong>, ${organisation}</p>
    ${signOut(lang, '/account')}`;

/** `/account/new`: people of organisations that allow it make their account here, confirmed by mail. */
export const registerPage = (taste: Taste, assets: Assets): string => {
  const { lang } = taste;
  const body = html`<main class="plain"><h1>${texts.register[lang]}</h1><mfa-enroll api="/mfa/v1" kind="register" return-to="/account"></mfa-enroll></main>`;
  return document({ taste, title: texts.register[lang], look: 'plain', assets, body });
};

/** For an address that is not there. */
export const notFoundPage = (taste: Taste, assets: Assets): string => {
  const say = words(taste.lang);
  const body = html`<main class="plain"><h1>${say('notFound')}</h1><p>${say('notFoundText')}</p><p><a href="/">${say('toStart')}</a></p></main>`;
  return document({ taste, title: say('notFound'), look: 'plain', assets, body });
};
