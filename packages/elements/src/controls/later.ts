import type { Input } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';
import type { Key } from '../locales/messages.ts';

/** 'Not now', on every step of a set-up for as long as it may be put off. */
export const notNow = (host: Host, words: Key = 'not-now'): TemplateResult | typeof nothing => {
  const step = host.flow?.step;
  const actions: readonly string[] = step?.actions ?? [];
  if (!actions.includes('later')) return nothing;
  const put = () => host.send({ step: step?.type, action: 'later' } as Input);
  return html`<button part="link" type="button" @click=${put}>${host.text(words)}</button>`;
};
