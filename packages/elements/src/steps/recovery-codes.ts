import { html } from 'lit';
import { copyButton, printCodes } from '../controls/copy.ts';
import { notNow } from '../controls/links.ts';
import { focusOn } from '../view/frame.ts';
import type { Host, Screen, View } from '../view/host.ts';

const save = (name: string, codes: readonly string[]): void => {
  const address = URL.createObjectURL(new Blob([codes.join('\r\n'), '\r\n'], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: `${name}.txt` });
  link.click();
  URL.revokeObjectURL(address);
};

/** Whether the screen asks if the user has saved the codes. */
class Keeping {
  readonly #host: Host;
  #askedAbout: string | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Returns whether the question about these codes is shown. */
  isAsked(codes: readonly string[]): boolean {
    return this.#askedAbout === codes.join();
  }

  /** Shows the question about these codes, or the codes again if there is no argument. */
  ask(codes: readonly string[] | undefined): undefined {
    this.#askedAbout = codes?.join();
    const host = this.#host;
    host.element.requestUpdate();
    void host.element.updateComplete.then(() => focusOn(host, '#heading'));
  }
}

const question = (host: Host, keeping: Keeping): Screen => ({
  name: 'recovery-codes',
  heading: host.text('recovery-codes.question'),
  description: host.text('recovery-codes.last'),
  primary: host.text('recovery-codes.submit'),
  submit: () => ({ step: 'recovery-codes' }),
  links: html`<button part="link" type="button" @click=${() => keeping.ask(undefined)}>
      ${host.text('recovery-codes.again')}
    </button>`,
});

/** Shows six new recovery codes, and then asks whether the user has saved them, because they are never shown again. */
export const recoveryCodes: View<'recovery-codes'> = ({ codes }, host) => {
  const keeping = host.use(Keeping);
  if (keeping.isAsked(codes)) return question(host, keeping);
  return {
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
        <button part="button secondary" type="button" @click=${() => printCodes(host, codes)}>
          ${host.text('recovery-codes.print')}
        </button>
      </div>
    `,
    primary: host.text('continue'),
    submit: () => keeping.ask(codes),
    links: notNow(host),
  };
};
