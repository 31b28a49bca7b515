import type { Language } from '@tweestap/protocol/constants';
import type { DemoAccount } from '../demo/accounts.ts';
import { type Html, html } from './html.ts';
import type { Taste, Words } from './language.ts';
import { themes } from './language.ts';

const texts = {
  heading: { nl: 'Voor wie dit uitprobeert', en: 'For evaluators' },
  lead: { nl: 'Hoort niet bij het portaal.', en: 'Not part of the portal.' },
  accounts: { nl: 'Accounts', en: 'Accounts' },
  accountsText: {
    nl: 'Kies er een: naam en wachtwoord worden bij elke stap ingevuld, jij klikt door.',
    en: 'Choose one: name and password are filled in at each step, you go on.',
  },
  code: { nl: 'Op de telefoon van', en: 'On the phone of' },
  typeCode: { nl: 'Typ deze code', en: 'Type this code' },
  scan: { nl: 'Scan met de demotelefoon', en: 'Scan with the demo phone' },
  phone: { nl: 'Open de demotelefoon', en: 'Open the demo phone' },
  outbox: { nl: 'Open het postvak', en: 'Open the mailbox' },
  clockOff: { nl: 'De klok van de telefoon loopt', en: 'The phone’s clock is' },
  portals: { nl: 'Portalen', en: 'Portals' },
  common: { nl: 'Gezamenlijke voordeur', en: 'Common front door' },
  look: { nl: 'Weergave', en: 'Look' },
  requests: { nl: 'Verzoeken', en: 'Requests' },
  noRequests: { nl: 'Nog geen.', en: 'None yet.' },
} as const satisfies Record<string, Words>;

const themeNames: Record<(typeof themes)[number], Words> = {
  auto: { nl: 'als het systeem', en: 'as the system' },
  light: { nl: 'licht', en: 'light' },
  dark: { nl: 'donker', en: 'dark' },
};

const states: Record<DemoAccount['state'], Words> = {
  totp: { nl: 'app ingesteld', en: 'app set up' },
  optional: { nl: 'nog geen app', en: 'no app yet' },
  mandatory: { nl: 'moet app instellen', en: 'must set up an app' },
  invited: { nl: 'uitgenodigd: zie het postvak', en: 'invited: see the mailbox' },
  helpdesk: { nl: 'werkt bij de helpdesk', en: 'works at the help desk' },
};

export interface Listed extends DemoAccount {
  organisationName: string;
}

const places: readonly { path: string; name: Words }[] = [
  { path: '/', name: texts.common },
  { path: '/clinic', name: { nl: 'De Linde', en: 'De Linde' } },
  { path: '/schools', name: { nl: 'Zilverdijk', en: 'Zilverdijk' } },
  { path: '/municipality', name: { nl: 'Wolvenrade', en: 'Wolvenrade' } },
];

/**
 * The evaluator's side of a page: the demo's accounts, the phone's code, the other portals, and the requests that the
 * widget makes. Stands apart from the portal.
 * @param accounts those that can log in on this page; none behind the login
 */
export const evaluator = (taste: Taste, path: string, accounts: readonly Listed[]): Html => {
  const { lang } = taste;
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
  <section><h3>${texts.look[lang]}</h3><ul class="links">${themes.map((theme) => link(`?theme=${theme}`, themeNames[theme][lang], theme === taste.theme))}</ul></section>
  <section><h3>${texts.requests[lang]}</h3><ol class="requests" data-requests><li class="small">${texts.noRequests[lang]}</li></ol></section>
</aside>`;
};

const link = (href: string, text: string, current: boolean): Html =>
  current
    ? html`<li><a href="${href}" aria-current="true">${text}</a></li>`
    : html`<li><a href="${href}">${text}</a></li>`;

const accountList = (accounts: readonly Listed[], lang: Language): Html => {
  const names = [...new Set(accounts.map(({ organisationName }) => organisationName))];
  return html`<section><h3>${texts.accounts[lang]}</h3><p class="small">${texts.accountsText[lang]}</p>
  ${names.map((name) => html`<h4>${name}</h4><ul class="accounts">${accounts.filter((account) => account.organisationName === name).map((account) => accountLine(account, lang))}</ul>`)}
  </section>`;
};

const accountLine = (account: Listed, lang: Language): Html =>
  html`<li><button type="button" class="account" aria-pressed="false" data-account="${account.organisation}/${account.username}">
    <span class="account-name">${account.username}</span><span class="account-state">${states[account.state][lang]}</span>
    <code class="account-password">${account.password}</code></button></li>`;
