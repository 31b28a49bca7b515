import { html } from 'lit';
import { copyButton } from '../controls/copy.ts';
import { frame } from '../element/frame.ts';
import type { View } from './view.ts';

const save = (name: string, codes: readonly string[]): void => {
  const address = URL.createObjectURL(new Blob([codes.join('\r\n'), '\r\n'], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: `${name}.txt` });
  link.click();
  URL.revokeObjectURL(address);
};

/** Six new recovery codes, to be kept. */
export const recoveryCodes: View<'recovery-codes'> = ({ codes }, host) =>
  frame(host, {
    name: 'recovery-codes',
    heading: host.text('recovery-codes.heading'),
    description: host.text('recovery-codes.description'),
    fields: html`
      <ol part="recovery-codes" aria-label=${host.text('recovery-codes.list')} translate="no">
        ${codes.map((code) => html`<li part="recovery-code">${code}</li>`)}
      </ol>
      <div part="actions">
        ${copyButton(host, codes.join('\n'))}
        <button part="button secondary" type="button" @click=${() => save(host.text('recovery-codes.file'), codes)}>
          ${host.text('recovery-codes.download')}
        </button>
      </div>
    `,
    primary: host.text('recovery-codes.submit'),
    submit: () => ({ step: 'recovery-codes' }),
  });
