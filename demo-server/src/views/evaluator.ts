import type { Language } from '@tweestap/protocol/constants';
import type { DemoAccount, ListedAccount } from '../data/accounts.ts';
import { type Html, html } from '../text/html.ts';
import type { Preferences, Words } from '../text/language.ts';
import { themes } from '../text/language.ts';

const texts = {
  heading: { nl: 'Hulp bij het uitproberen', en: 'Evaluator’s panel' },
  lead: { nl: 'Dit paneel hoort niet bij het portaal.', en: 'This panel is not part of the portal.' },
  accounts: { nl: 'Accounts', en: 'Accounts' },
  accountsText: {
    nl: 'Kies een account. De gebruikersnaam en het wachtwoord worden dan voor je ingevuld.',
    en: 'Choose an account. The username and password are then filled in for you.',
  },
  code: { nl: 'Code op de telefoon van', en: 'Code on the phone of' },
  typeCode: { nl: 'Deze code invullen', en: 'Enter this code' },
  scan: { nl: 'Scannen met de demotelefoon', en: 'Scan with the demo phone' },
  phone: { nl: 'Demotelefoon openen', en: 'Open the demo phone' },
  outbox: { nl: 'Postvak openen', en: 'Open the mailbox' },
  clockOff: { nl: 'De klok van de telefoon loopt', en: 'The phone’s clock is' },
  portals: { nl: 'Portalen', en: 'Portals' },
  shared: { nl: 'Gezamenlijk portaal', en: 'Shared portal' },
  theme: { nl: 'Kleurthema', en: 'Colour theme' },
  requests: { nl: 'API-verzoeken', en: 'API requests' },
  noRequests: { nl: 'Nog geen.', en: 'None yet.' },
} as const satisfies Record<string, Words>;

const themeNames: Record<(typeof themes)[number], Words> = {
  auto: { nl: 'Systeem', en: 'System' },
  light: { nl: 'Licht', en: 'Light' },
  dark: { nl: 'Donker', en: 'Dark' },
};

const states: Record<DemoAccount['state'], Words> = {
  totp: { nl: 'app ingesteld', en: 'app set up' },
  push: { nl: 'telefoon gekoppeld', en: 'phone linked' },
  sms: { nl: 'codes per sms', en: 'codes by text message' },
  passkey: { nl: 'passkey ingesteld', en: 'passkey set up' },
  optional: { nl: 'nog geen app', en: 'no app yet' },
  mandatory: { nl: 'moet de tweede stap instellen', en: 'must set up the second step' },
  invited: { nl: 'uitgenodigd: zie het postvak', en: 'invited: see the mailbox' },
  helpdesk: { nl: 'werkt bij de helpdesk', en: 'works at the help desk' },
};

const places: readonly { path: string; name: Words }[] = [
  { path: '/', name: texts.shared },
  { path: '/clinic', name: { nl: 'De Linde', en: 'De Linde' } },
  { path: '/schools', name: { nl: 'Zilverdijk', en: 'Zilverdijk' } },
  { path: '/municipality', name: { nl: 'Wolvenrade', en: 'Wolvenrade' } },
];

/**
 * The evaluator's panel of a page: the accounts of the demo, the phone's code, the other portals, and the requests that the
 * widget sends. Its design differs from the portals.
 * @param accounts the accounts that can log in on this page; empty on the pages after the login
 */
export const evaluator = (preferences: Preferences, path: string, accounts: readonly ListedAccount[]): Html => {
  const { lang } = preferences;
  return html`<aside class="evaluator" aria-labelledby="evaluator-heading">
  <div class="evaluator-head"><h2 id="evaluator-heading">${texts.heading[lang]}</h2><p>${texts.lead[lang]}</p></div>
  <section class="evaluator-phone">
    <div data-code hidden>
      <p class="small">${texts.code[lang]} <strong data-code-name></strong></p>
      <p class="evaluator-code"><output data-code-digits></output>
        <svg class="ring" viewBox="0 0 24 24" aria-hidden="true"><circle class="ring-track" cx="12" cy="12" r="10"/><circle class="ring-left" data-code-ring cx="12" cy="12" r="10" pathLength="30" stroke-dasharray="30 30"/></svg>
        <button type="button" data-type-code>${texts.typeCode[lang]}</button></p>
      <p class="small" data-clock-off hidden>${texts.clockOff[lang]} <span data-clock-text></span></p>
    </div>
    <p data-scan hidden><button type="button" data-scan-button>${texts.scan[lang]}</button> <span class="small" data-scan-done role="status"></span></p>
    <p><a href="/phone" target="demo-phone">${texts.phone[lang]}</a></p>
    <p><a href="/outbox" target="demo-outbox">${texts.outbox[lang]}</a></p>
  </section>
  ${accounts.length > 0 && accountList(accounts, lang)}
  <section><h3>${texts.portals[lang]}</h3><ul class="links">${places.map((place) => link(place.path, place.name[lang], place.path === path))}</ul></section>
  <section><h3>${texts.theme[lang]}</h3><ul class="links">${themes.map((theme) => link(`?theme=${theme}`, themeNames[theme][lang], theme === preferences.theme))}</ul></section>
  <section><h3>${texts.requests[lang]}</h3><ol class="requests" data-requests><li class="small">${texts.noRequests[lang]}</li></ol></section>
</aside>`;
};

const link = (href: string, text: string, current: boolean): Html =>
  current
    ? html`<li><a href="${href}" aria-current="true">${text}</a></li>`
    : html`<li><a href="${href}">${text}</a></li>`;

const accountList = (accounts: readonly ListedAccount[], lang: Language): Html => {
  const names = [...new Set(accounts.map(({ organisationName }) => organisationName))];
  return html`<section><h3>${texts.accounts[lang]}</h3><p class="small">${texts.accountsText[lang]}</p>
  ${names.map((name) => html`<h4>${name}</h4><ul class="accounts">${accounts.filter((account) => account.organisationName === name).map((account) => accountLine(account, lang))}</ul>`)}
  </section>`;
};

const accountLine = (account: ListedAccount, lang: Language): Html =>
  html`<li><button type="button" class="account" aria-pressed="false" data-account="${account.organisation}/${account.username}">
    <span class="account-name">${account.username}</span><span class="account-state">${states[account.state][lang]}</span>
    <code class="account-password">${account.password}</code></button></li>`;
