import { html } from 'lit';
import type { View } from '../view/host.ts';

/** Confirms that an email was sent. The text is the same if no account has the address, because it must not reveal that (R55). */
export const mailSent: View<'mail-sent'> = ({ to, actions }, host) => ({
  name: 'mail-sent',
  heading: host.text('mail-sent.heading'),
  description: html`${host.text(host.flow?.kind === 'register' ? 'mail-sent.register' : 'mail-sent.recover')}
      <b dir="auto">${to}</b>`,
  fields: html`<p part="description">${host.text('mail-sent.spam')}</p>`,
  links: actions.includes('back')
    ? html`<button part="link" type="button" @click=${() => host.send({ step: 'mail-sent', action: 'back', to: 'identify' })}
        >${host.text('mail-sent.again')}</button>`
    : undefined,
});
