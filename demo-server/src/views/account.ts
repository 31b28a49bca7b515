import { type Html, html } from '../text/html.ts';
import type { Preferences, Words } from '../text/language.ts';
import { words } from '../text/words.ts';
import { type Assets, document, logOutControls } from './layout.ts';

const texts = {
  heading: { nl: 'Authenticatie-app toevoegen of vervangen', en: 'Add or replace an authenticator app' },
  register: { nl: 'Account aanmaken', en: 'Create an account' },
  loggedIn: { nl: 'Ingelogd als', en: 'Logged in as' },
} as const satisfies Record<string, Words>;

interface LoggedInUser {
  username: string;
  organisation: string;
}

/**
 * `/account`: the plain page of the reference server. It shows the login, or to a logged-in user the set-up of an
 * authenticator.
 * @param returnTo the path of the page after the login
 */
export const accountPage = (
  preferences: Preferences,
  assets: Assets,
  returnTo: string,
  user?: LoggedInUser,
): string => {
  const { lang } = preferences;
  const say = words(lang);
  const login = html`<h1>${say('account')}</h1><mfa-login api="/mfa/v1" return-to="${returnTo}" resume></mfa-login>`;
  const account =
    user &&
    html`${accountLine(lang, user)}
    <p><a href="/settings">${say('settings')}</a></p>
    <h1>${texts.heading[lang]}</h1><mfa-enroll api="/mfa/v1" return-to="/account"></mfa-enroll>`;
  const body = html`<main class="plain">${account ?? login}</main>`;
  return document({ preferences, title: say('account'), look: 'plain', assets, body });
};

/** `/settings`: the plain page of the reference server. */
export const settingsPage = (preferences: Preferences, assets: Assets, user: LoggedInUser): string => {
  const { lang } = preferences;
  const title = words(lang)('settings');
  const body = html`<main class="plain wide">${accountLine(lang, user)}<h1>${title}</h1><mfa-settings api="/mfa/v1" resume></mfa-settings></main>`;
  return document({ preferences, title, look: 'plain', assets, body });
};

const accountLine = (lang: Preferences['lang'], { username, organisation }: LoggedInUser): Html =>
  html`<p class="account-line">${texts.loggedIn[lang]} <strong>${username}</strong>, ${organisation}</p>
    ${logOutControls(lang, '/account')}`;

/** `/account/new`: creates an account in an organisation that allows this. The user confirms it by email. */
export const registerPage = (preferences: Preferences, assets: Assets): string => {
  const { lang } = preferences;
  const body = html`<main class="plain"><h1>${texts.register[lang]}</h1><mfa-enroll api="/mfa/v1" kind="register" return-to="/account"></mfa-enroll></main>`;
  return document({ preferences, title: texts.register[lang], look: 'plain', assets, body });
};

/** The page for an unknown address. */
export const notFoundPage = (preferences: Preferences, assets: Assets): string => {
  const say = words(preferences.lang);
  const body = html`<main class="plain"><h1>${say('notFound')}</h1><p>${say('notFoundText')}</p><p><a href="/">${say('toStart')}</a></p></main>`;
  return document({ preferences, title: say('notFound'), look: 'plain', assets, body });
};
