import { expect } from '@open-wc/testing';
import { heading, login, named, press, shadow } from '../testing/login.ts';
import { given } from '../testing/states/given.ts';
import { until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

/** An open stream of the flow's events, with a function that reports a change. */
const stream = () => {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (made) => {
      controller = made;
    },
  });
  const report = () => controller?.enqueue(new TextEncoder().encode('event: changed\ndata: {}\n\n'));
  return { report, stream: () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }) };
};

const denied = { ...given.push, state: 'denied' } as const;
const posts = (calls: readonly { method: string; body: object }[]) => calls.filter(({ method }) => method === 'POST');

describe('approving on a phone', () => {
  it('W2 shows the number and continues automatically after the answer', async () => {
    const server = stream();
    const { element, calls } = await login({ responses: [given.push, given.done], stream: server.stream });
    await named(element);
    expect(shadow(element, '[part=number] .silent').textContent).to.equal('4 8 2 9 1 3');
    await until(() => calls.some(({ path }) => path.endsWith('/events')));
    expect(posts(calls).filter(({ body }) => JSON.stringify(body).includes('poll'))).to.deep.equal([]);
    server.report();
    await until(() => heading(element) === 'You are logged in');
    expect(posts(calls).at(-1)?.body).to.deep.equal({ inputs: [{ step: 'push', action: 'poll' }] });
  });

  it('remembers the device if the box is ticked when the phone answers', async () => {
    const server = stream();
    const { element, calls } = await login({ responses: [given.push, given.done], stream: server.stream });
    await named(element);
    shadow<HTMLInputElement>(element, '#remember').click();
    server.report();
    await until(() => heading(element) === 'You are logged in');
    expect(posts(calls).at(-1)?.body).to.deep.equal({ inputs: [{ step: 'push', action: 'poll', remember: true }] });
  });

  it('announces a change of state, and leaves the focus where it is', async () => {
    const server = stream();
    const { element } = await login({ responses: [given.push, denied], stream: server.stream });
    await named(element);
    const byHand = [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find((button) =>
      button.textContent?.includes('Enter the code from the app instead'),
    );
    byHand?.focus();
    server.report();
    await until(() => heading(element) === 'The number was wrong');
    expect(shadow(element, '#about [role=status]').textContent).to.contain('Another number was entered');
  });

  it('W3 a code can be entered by hand instead, at any time', async () => {
    const { element, calls } = await login({ responses: [given.push, given.totp] });
    await named(element);
    await press(element, 'Enter the code from the app instead');
    expect(posts(calls).at(-1)?.body).to.deep.equal({ inputs: [{ step: 'push', action: 'switch', method: 'totp' }] });
    expect(heading(element)).to.equal('Enter the code from your app');
  });

  it('W6 says what to check, in order, when nothing has come after ten seconds', async () => {
    let later = 0;
    const { element } = await login({ responses: [given.push], now: () => Date.now() + later });
    await named(element);
    expect(shadow(element, '[part=checks]')).to.equal(null);
    later = 9_000;
    element.requestUpdate();
    await element.updateComplete;
    expect(shadow(element, '[part=checks]')).to.equal(null);
    later = 10_000;
    await until(() => shadow(element, '[part=checks]'));
    const checks = [...(element.shadowRoot?.querySelectorAll('[part=checks] li') ?? [])];
    expect(checks.map(({ textContent }) => textContent?.split('.')[0])).to.deep.equal([
      'Open the app yourself',
      'Check that your phone has an internet connection',
      'Check that the app may show notifications and that battery saver is off',
      'Check that this account is in the app',
      'Still nothing? Enter the code from the app instead',
    ]);
  });

  it('W5 says that the phone can unlock the account, where the organisation allows that', async () => {
    const { element } = await login({ responses: [{ ...given.locked, ways: ['wait', 'push'] }] });
    await named(element);
    expect(shadow(element, '[part=form]').textContent).to.contain('you can unlock your account in the app there');
    const { element: other } = await login({ responses: [given.locked] });
    await named(other);
    expect(shadow(other, '[part=form]').textContent).not.to.contain('in the app there');
  });

  it('sends a new request when that is allowed, and says when it is not yet', async () => {
    const resendAt = new Date(Date.now() + 20_000).toISOString();
    const { element, calls } = await login({ responses: [{ ...given.push, resendAt }, given.push] });
    await named(element);
    expect(shadow(element, '[part=links]').textContent).to.contain('You can send it again in 20 seconds.');
    const { element: other, calls: others } = await login({ responses: [given.push] });
    await named(other);
    await press(other, 'Send again');
    expect(posts(others).at(-1)?.body).to.deep.equal({ inputs: [{ step: 'push', action: 'resend' }] });
    expect(posts(calls).length).to.equal(1);
  });

  it('offers another way first when no request is sent any more', async () => {
    const { element } = await login({
      responses: [{ ...given.push, actions: ['poll', 'switch', 'back', 'extend'], state: 'stopped' }],
    });
    await named(element);
    expect(shadow(element, '[part~=primary]').textContent?.trim()).to.equal('Enter the code from the app instead');
    expect(shadow(element, '[part=form]').textContent).not.to.contain('Send again');
  });

  it('has a link that opens the app only on a phone, and only for a web address', async () => {
    const { element } = await login({ responses: [given.push] });
    await named(element);
    expect(shadow(element, 'a[href*="mfa-request"]')).to.equal(null);
    const agent = Object.getOwnPropertyDescriptor(Navigator.prototype, 'userAgent') as PropertyDescriptor;
    Object.defineProperty(navigator, 'userAgent', { value: 'Android', configurable: true });
    try {
      const { element: phone } = await login({ responses: [given.push] });
      await named(phone);
      expect(shadow<HTMLAnchorElement>(phone, 'a[href*="mfa-request"]').href).to.equal(given.push.approveUri);
      const { element: bad } = await login({ responses: [{ ...given.push, approveUri: 'javascript:alert(1)' }] });
      await named(bad);
      expect(shadow(bad, 'a[href]')).to.equal(null);
    } finally {
      Object.defineProperty(navigator, 'userAgent', { ...agent, configurable: true });
    }
  });
});
