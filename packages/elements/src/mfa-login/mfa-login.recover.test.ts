import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import { given, settled, stand, type } from '../testing/states.ts';
import './mfa-login.ts';

let room: HTMLElement;
beforeEach(() => {
  room = document.body.appendChild(document.createElement('div'));
});
afterEach(() => room.remove());

const press = (element: FlowElement, words: string) =>
  [...(element.shadowRoot?.querySelectorAll('button') ?? [])]
    .find((button) => button.textContent?.trim() === words)
    ?.click();

describe('mfa-login, forgot password', () => {
  it('asks for a mail in the same place, keeps organisation and name, and goes back to the login', async () => {
    const organisation = { id: 'de-linde', name: 'De Linde' };
    const answers = [given.password, given.identify, given['mail-sent'], given.password];
    const look = {
      tag: 'mfa-login' as const,
      attributes: { organisation: 'de-linde' },
      script: { answers, organisation },
    };
    const { element, calls } = await stand(look, room);
    type(element, 'username', 'anna');
    element.light.requestSubmit();
    await settled(element);
    press(element, 'Forgot password?');
    await settled(element);
    const starts = () => calls.filter(({ method, path }) => method === 'POST' && path === '/flows');
    expect(starts().at(-1)?.body).to.deep.equal({
      kind: 'recover',
      inputs: [{ step: 'organisation', organisation: 'de-linde' }],
    });
    expect(element.querySelector<HTMLInputElement>('[name=username]')?.value).to.equal('anna');
    type(element, 'email', 'anna@delinde.example');
    element.light.requestSubmit();
    await settled(element);
    expect(calls.at(-1)?.body).to.deep.equal({
      inputs: [{ step: 'identify', email: 'anna@delinde.example', username: 'anna' }],
    });
    press(element, 'Back to the login');
    await settled(element);
    expect(starts().at(-1)?.body).to.deep.equal({
      kind: 'login',
      inputs: [
        { step: 'organisation', organisation: 'de-linde' },
        { step: 'username', username: 'anna' },
      ],
    });
  });
});
