import { html, nothing, type TemplateResult } from 'lit';
import { accountName } from '../controls/account-name.ts';
import { codeInput } from '../controls/code-input.ts';
import type { Screen } from '../view/host.ts';
import type { ApproveModel, ApproveView } from './approve-model.ts';
import type { Waiting } from './inboxes.ts';
import { type ApproveHost, when } from './parts.ts';

const details = (host: ApproveHost, { request }: Waiting): TemplateResult => {
  const row = (label: string, value: string) => html`<div><dt>${label}</dt><dd><bdi>${value}</bdi></dd></div>`;
  return html`<dl part="details">
    ${row(host.text('approve.account'), accountName(request.organisation.name, request.username))}
    ${row(host.text('approve.portal'), request.portal)}
    ${row(host.text('approve.browser'), request.browser)}
    ${row(host.text('approve.place'), request.address)}
    ${row(host.text('approve.time'), when(host, request.at))}
  </dl>`;
};

/** Both buttons look the same, because a login of someone else must be as easy to stop as an own one is to approve. */
const decisions = (host: ApproveHost, approve: () => void, deny: () => void): TemplateResult => {
  const busy = host.state.name === 'busy';
  const decision = (id: string, words: string, press: () => void) =>
    html`<button part="button secondary decision" type="button" id=${id} aria-disabled=${busy} @click=${() => busy || press()}>${words}</button>`;
  return html`<div part="decisions">
    ${decision('approve', host.text('approve.approve'), approve)}
    ${decision('deny', host.text('approve.deny'), deny)}
  </div>`;
};

/** A login that waits for an answer: who, where from, which portal and when, and the digits of the login screen. */
export const requestScreen = (host: ApproveHost, model: ApproveModel, waiting: Waiting): Screen => {
  const { digits } = waiting.request;
  const submit = (code = '') => {
    if (digits > 0 && code.length !== digits)
      return host.complain('code', host.text('approve.number-missing', { digits }));
    void model.answer(waiting, 'approve', digits > 0 ? code : undefined);
    return undefined;
  };
  return {
    name: 'approve-request',
    heading: host.text('approve.heading'),
    startsAtHeading: true,
    description: digits > 0 ? host.text('approve.description', { digits }) : undefined,
    fields: html`
      ${details(host, waiting)}
      ${digits > 0 ? codeInput(host, { digits, wrong: host.wrong === 'code', copied: host.text('approve.number') }) : nothing}
      ${decisions(
        host,
        () => (digits > 0 ? host.light.requestSubmit() : submit()),
        () => model.answer(waiting, 'deny'),
      )}
    `,
    submit: ({ code }) => submit(code),
  };
};

const tick = html`<svg part="tick" viewBox="0 0 24 24" aria-hidden="true"><path d="m4 12.5 5.5 5.5L20 7" /></svg>`;

/** What has become of a login. */
export const answeredScreen = (
  host: ApproveHost,
  model: ApproveModel,
  { outcome }: Extract<ApproveView, { name: 'answered' }>,
): Screen => ({
  name: 'approve-answered',
  heading: host.text(`approve.${outcome}`),
  startsAtHeading: true,
  description: html`${outcome === 'approved' ? tick : nothing}${host.text(`approve.${outcome}-description`)}`,
  primary: host.text('approve.done'),
  onPrimary: () => model.home(),
});
