import { html, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';

/** For password managers: who the password belongs to, neither seen nor read out. */
export const silentUsername = (host: Host, username: string): TemplateResult => html`
  <div class="silent">
    ${host.light.input({
      name: 'username',
      label: host.text('username.label'),
      autocomplete: 'username',
      value: username,
      silent: true,
    })}
  </div>
`;
