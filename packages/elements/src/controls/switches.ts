import type { Method } from '@tweestap/client';
import { html, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';

/** The other methods that one may go on with, as links. */
export const switches = (
  host: Host,
  step: 'totp' | 'recovery-code',
  methods: readonly { method: Method }[],
): TemplateResult[] =>
  methods
    .filter(({ method }) => method !== step)
    .map(
      ({ method }) => html`<button
        part="link" type="button" @click=${() => host.send({ step, action: 'switch', method })}
      >${host.text(`switch.${method}`)}</button>`,
    );
