import type { PushLink, PushRequest } from '@tweestap/client/push';
import { html, nothing, type TemplateResult } from 'lit';
import { accountName } from '../controls/account-name.ts';
import { Countdown } from '../controls/countdown.ts';
import { backArrow } from '../controls/links.ts';
import { errorLine } from '../view/frame.ts';
import type { ApproveModel } from './approve-model.ts';
import { type ApproveHost, button, idOf, linkButton, pageLink, when } from './parts.ts';

const warning = (words: string): TemplateResult => html`<p part="warning">
  <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1.2 15.2 14H.8zM8 6v4m0 1.4v1.2" /></svg>
  <span>${words}</span>
</p>`;

/** The code to enter by hand, with the seconds for which it is valid. It needs no network. */
const code = (host: ApproveHost, model: ApproveModel, link: PushLink): TemplateResult | typeof nothing => {
  if (!link.hasCodes) return nothing;
  const now = host.use(Countdown).now();
  const current = model.accounts.code(link);
  if (!current) return html`<p part="totp">${host.text('approve.no-code')}</p>`;
  const left = Math.max(0, Math.ceil((current.expiresAt - now) / 1000));
  return html`<p part="totp">
    <span class="silent">${host.text('approve.code-is', { code: current.code.split('').join(' ') })}</span>
    <span part="totp-code" aria-hidden="true">${current.code.replace(/(\d{3})(?=\d)/g, '$1\u2009')}</span>
    ${host.use(Countdown).ring(current.period, left)}
    <span part="seconds" aria-hidden="true">${host.text('totp.seconds', { seconds: left })}</span>
  </p>`;
};

/** After too many wrong passwords: the phone lifts the lock, and the same password works again (W5). */
const lock = (host: ApproveHost, model: ApproveModel, { id, account }: PushLink): TemplateResult | typeof nothing => {
  if (!account.locked) return nothing;
  return html`${warning(host.text(account.unlocksLeft > 0 ? 'approve.locked' : 'approve.locked-over'))}
    ${account.unlocksLeft > 0 ? button(host, host.text('approve.unlock'), () => model.unlock(id), idOf('unlock', id)) : nothing}`;
};

const days = (host: ApproveHost, { account }: PushLink): TemplateResult | typeof nothing => {
  const { passwordDaysLeft: count } = account;
  if (count === undefined) return nothing;
  return html`<p part="description">${host.text(count > 0 ? 'approve.days' : 'approve.days-over', { count })}</p>`;
};

const asking = (host: ApproveHost, model: ApproveModel, { id, account }: PushLink) => {
  if (model.asking !== id) return nothing;
  const name = accountName(account.organisation.name, account.username);
  return html`<div part="asking">
    <p tabindex="-1">${host.text('approve.unlink-sure', { name })}</p>
    <div part="actions">
      ${button(host, host.text('approve.unlink-do'), () => model.unlink(id), 'sure')}
      ${button(host, host.text('cancel'), () => model.ask(undefined))}
    </div>
  </div>`;
};

const actions = (host: ApproveHost, model: ApproveModel, { id, account }: PushLink): TemplateResult => {
  const named = (words: string) => `${words}: ${account.organisation.name}, ${account.username}`;
  const history = host.text('approve.history');
  const unlink = host.text('approve.unlink');
  return html`<div part="links">
    ${linkButton(host, history, () => model.go({ name: 'history', id }), { name: named(history) })}
    ${pageLink(host.text('approve.reset'), account.pages.reset)}
    ${pageLink(host.text('approve.settings'), account.pages.settings)}
    ${linkButton(host, unlink, () => model.ask(id), { id: idOf('unlink', id), name: named(unlink) })}
  </div>`;
};

const section = (host: ApproveHost, model: ApproveModel, link: PushLink): TemplateResult => {
  const { account, device, id } = link;
  const isGone = model.accounts.isGone(id);
  return html`<section part="section">
    <div part="title"><h3><bdi>${account.organisation.name}</bdi></h3></div>
    <p part="description"><bdi>${accountName(account.name, account.username)}</bdi></p>
    ${
      isGone
        ? warning(host.text('approve.gone'))
        : html`${code(host, model, link)}
            ${device.state === 'waiting' ? html`<p part="description" role="status">${host.text('approve.go-on')}</p>` : nothing}
            ${lock(host, model, link)}${days(host, link)}`
    }
    ${actions(host, model, link)}${asking(host, model, link)}
  </section>`;
};

const failure = (host: ApproveHost): TemplateResult | typeof nothing => {
  const { shown } = host;
  return shown.name === 'failed'
    ? html`${errorLine()}${button(host, host.text('retry'), shown.again, 'again')}`
    : nothing;
};

const waiting = (host: ApproveHost, model: ApproveModel): TemplateResult | typeof nothing => {
  const [next] = model.waiting;
  if (!next) return nothing;
  const { organisation, username } = next.request;
  const show = () => model.go({ name: 'request', ...next });
  return html`<p part="notice" role="status">${host.text('approve.waits', { name: accountName(organisation.name, username) })}
    ${linkButton(host, host.text('approve.show'), show)}</p>`;
};

/** The frame of the phone's screens that are no question. */
const page = (
  host: ApproveHost,
  model: ApproveModel,
  { heading, top, content }: { heading: string; top?: TemplateResult; content: unknown },
): TemplateResult => html`
  <div part="form settings" role="group" lang=${host.language} aria-labelledby="heading">
    <slot name="logo"></slot>
    ${top}
    <slot name="heading"></slot>
    <h2 part="heading" id="heading" tabindex="-1">${heading}</h2>
    ${model.said ? html`<p part="notice" role="status" tabindex="-1">${host.text(model.said)}</p>` : nothing}
    ${model.accounts.isOffline ? html`<p part="notice" role="status">${host.text('approve.offline')}</p>` : nothing}
    ${failure(host)}
    ${content}
    <slot name="help"></slot>
    <div part="footer"><slot name="footer"></slot></div>
  </div>
`;

/** The linked accounts, each with its code and what can be done with it. `notify` turns on the notifications, if that is possible. */
export const home = (host: ApproveHost, model: ApproveModel, notify: (() => void) | undefined): TemplateResult => {
  const isLoading = !model.isReady && host.shown.name !== 'failed';
  return page(host, model, {
    heading: host.text('approve.accounts'),
    content: html`
      ${isLoading ? html`<p part="description" role="status">${host.text('approve.loading')}</p>` : nothing}
      ${waiting(host, model)}
      ${model.accounts.links.map((link) => section(host, model, link))}
      ${
        model.isReady
          ? html`<section part="section">
              ${notify ? button(host, host.text('approve.notify'), notify) : nothing}
              ${button(host, host.text('approve.another'), () => model.go({ name: 'add' }))}
            </section>`
          : nothing
      }
    `,
  });
};

const row = (host: ApproveHost, request: PushRequest): TemplateResult => html`<li part="row">
  <div>
    <span part="row-name">${host.text(`approve.was-${request.state}`)}</span>
    <p part="row-detail"><bdi>${request.portal}</bdi>, <bdi>${request.browser}</bdi>, <bdi>${request.address}</bdi></p>
    <p part="row-detail"><time datetime=${request.at}>${when(host, request.at)}</time></p>
  </div>
</li>`;

/** The earlier logins of an account. */
export const history = (host: ApproveHost, model: ApproveModel, link: PushLink): TemplateResult => {
  const requests = model.history(link.id);
  return page(host, model, {
    heading: host.text('approve.history'),
    top: html`<button part="link back" type="button" @click=${() => model.home()}>${backArrow}${host.text('back')}</button>`,
    content: html`
      <p part="description"><bdi>${accountName(link.account.organisation.name, link.account.username)}</bdi></p>
      ${
        requests.length > 0
          ? html`<ol part="rows">${requests.map((request) => row(host, request))}</ol>`
          : html`<p part="description">${host.text('approve.no-history')}</p>`
      }
    `,
  });
};
