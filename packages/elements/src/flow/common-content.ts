import { type Controller, EXPIRY_WARNING_S, type Input, LINK_KINDS, type StepType } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { accountName } from '../controls/account-name.ts';
import { Countdown } from '../controls/countdown.ts';
import { backArrow, ownLink } from '../controls/links.ts';
import { inTime } from '../controls/times.ts';
import type { CommonContent, FlowHost } from '../view/host.ts';
import { portalLink } from './login-over.ts';

const backTo = (host: FlowHost, to: StepType) => () =>
  host.send({ step: host.flow?.step.type, action: 'back', to } as Input);

const may = (host: FlowHost, action: 'back' | 'extend'): boolean => {
  const actions: readonly string[] = host.flow?.step.actions ?? [];
  return host.flow?.status === 'open' && actions.includes(action);
};

/** Whether the flow sets a new password with a help-desk code that was not entered yet. No mailed link is lost by leaving it. */
const isByCode = ({ part: { kind }, flow }: FlowHost): boolean =>
  kind === 'reset' && (flow?.step.type === 'organisation' || flow?.step.type === 'identify');

const backLink = (host: FlowHost): TemplateResult | typeof nothing => {
  const to = host.flow?.step.back;
  const isOwn = to !== 'organisation' || !host.element.organisation;
  if (to && isOwn && host.part.kind === 'login' && may(host, 'back'))
    return html`<button part="link back" type="button" @click=${backTo(host, to)}>${backArrow}${host.text('back')}</button>`;
  if (host.part.kind === 'recover' || isByCode(host))
    return html`<button part="link back" type="button" @click=${() => host.restart({ kind: 'login' })}>${backArrow}${host.text('to-login')}</button>`;
  if (host.part.portalLogin) return portalLink(host);
  if (host.part.kind === 'login' || LINK_KINDS.includes(host.part.kind) || host.flow?.status === 'done') return nothing;
  return html`<button part="link back" type="button" @click=${() => host.cancel()}>${backArrow}${host.text('cancel')}</button>`;
};

const identity = (host: FlowHost): TemplateResult | typeof nothing => {
  const { flow, kept } = host;
  if (!flow || flow.step.type === 'organisation') return nothing;
  const username = flow.step.type === 'username' ? undefined : kept.username;
  // At the first field of a page with its own organisation, the line would move the field while the user looks at it.
  const isFirst = flow.step.type === 'username' && host.element.organisation;
  const organisation = isFirst ? undefined : flow.organisation?.name;
  const name = accountName(organisation, username);
  if (!name) return nothing;
  const other = username && host.part.kind === 'login' && may(host, 'back');
  return html`<p part="identity">
    <span dir="auto">${name}</span>
    ${other ? html`<button part="link" type="button" @click=${backTo(host, 'username')}>${host.text('not-you')}</button>` : nothing}
  </p>`;
};

const expiry = (host: FlowHost, untouched: boolean): TemplateResult | typeof nothing => {
  const { flow } = host;
  if (untouched || flow?.status !== 'open' || !may(host, 'extend')) return nothing;
  const left = Math.ceil((Date.parse(flow.expiresAt) - flow.now()) / 1000);
  if (left > EXPIRY_WARNING_S) return nothing;
  const time = inTime(host.language, host.use(Countdown).until(Date.parse(flow.expiresAt)));
  const extend = () => host.send({ step: flow.step.type, action: 'extend' } as Input);
  // Screen readers announce the warning once, when it appears. The visible time keeps counting down.
  return html`<div part="notice expiry">
    <p class="silent" role="status">${host.text('expiry.warning', { time: inTime(host.language, EXPIRY_WARNING_S) })}</p>
    <p aria-hidden="true">${host.text('expiry.warning', { time })}</p>
    <button part="link" type="button" @click=${extend}>${host.text('expiry.extend')}</button>
  </div>`;
};

const help = (host: FlowHost): TemplateResult | typeof nothing => {
  const own = host.flow?.organisation?.help;
  if (!own) return nothing;
  return html`<p part="help">
    ${own.text}
    ${ownLink(host, own.url)}
  </p>`;
};

/** Returns the content that all screens of a flow have in common. */
export const commonContent = (host: FlowHost, { restarted, untouched }: Controller): CommonContent => ({
  top: html`
    ${backLink(host)}${identity(host)}${expiry(host, untouched)}
    ${restarted ? html`<p part="notice" role="status">${host.text('expiry.restarted')}</p>` : nothing}
  `,
  help: html`${help(host)}`,
});
