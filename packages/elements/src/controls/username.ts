import type { TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';
import { field } from './field.ts';

/** The name of the account, or the e-mail address where the organisation logs in with that. */
export const usernameField = (host: Host, format: 'username' | 'email', wrong: boolean): TemplateResult =>
  field(
    host,
    {
      name: 'username',
      label: host.text(format === 'email' ? 'username.email' : 'username.label'),
      autocomplete: 'username',
      inputMode: format === 'email' ? 'email' : 'text',
      value: host.kept.username,
    },
    wrong,
  );
