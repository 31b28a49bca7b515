import type { MfaProblem } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { backArrow } from '../controls/links.ts';
import type { FlowHost } from '../view/host.ts';

/* A login that the portal's server began. Only the portal's own login page can begin another one. */

/** The URL of the portal's login page; undefined if the page gives none. */
function addressOf({ part, element }: FlowHost): string | undefined {
  const url = part.portalLogin ? URL.parse(part.portalLogin, element.baseURI) : null;
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/** Shows that the login is over, and leads to the portal's login page. */
export function showOver(host: FlowHost, problem: MfaProblem): void {
  const wasActive = host.element.matches(':focus-within');
  const to = addressOf(host);
  host.instead = () => ({
    name: 'begun',
    heading: host.text('begun.over'),
    description: host.text(problem.is('flow-expired') ? 'begun.expired' : 'begun.none'),
    primary: host.text('begun.again'),
    onPrimary: () => (to === undefined ? location.reload() : location.assign(to)),
  });
  host.element.requestUpdate();
  if (wasActive) void host.element.updateComplete.then(() => host.focus());
}

/** The link back to the portal's login page. */
export function portalLink(host: FlowHost): TemplateResult | typeof nothing {
  const to = addressOf(host);
  if (to === undefined || host.flow?.status !== 'open') return nothing;
  return html`<a part="link back" href=${to}>${backArrow}${host.text('back')}</a>`;
}
