import { expect } from '@open-wc/testing';
import type { StepOf } from '@tweestap/client';
import { heading, light, login, named, press, shadow, submit } from '../testing/login.ts';
import { given } from '../testing/states/given.ts';
import { settled, type, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

const past = new Date(0).toISOString();
const soon = () => new Date(Date.now() + 58_000).toISOString();
const textOf = (element: Element, selector = '[part=form]') => shadow(element, selector).textContent ?? '';

/** Replaces the browser's WebOTP. Returns the requests that were made, and ends the replacement. */
const webOtp = (answer: (signal: AbortSignal) => Promise<{ code: string } | null>) => {
  const asked: AbortSignal[] = [];
  const { credentials } = navigator;
  const get = (options: { signal: AbortSignal }) => {
    asked.push(options.signal);
    return answer(options.signal);
  };
  const had = 'OTPCredential' in window;
  Object.defineProperty(navigator, 'credentials', { value: { get }, configurable: true });
  if (!had) Object.assign(window, { OTPCredential: class {} });
  return {
    asked,
    restore: () => {
      Object.defineProperty(navigator, 'credentials', { value: credentials, configurable: true });
      if (!had) Reflect.deleteProperty(window, 'OTPCredential');
    },
  };
};

const never = () => new Promise<null>(() => {});

describe('codes by text message', () => {
  it('says where the code was sent, and takes it in a field that the keyboard of a phone fills', async () => {
    const { element, calls } = await login({ responses: [given.sms, given.done] });
    await named(element);
    expect(heading(element)).to.equal('Enter the code from the text message');
    expect(textOf(element, '[part=description]')).to.equal(
      'We’ve sent a 6-digit code to +31\u00a0••\u00a0•••\u00a0••78. We check it at the last digit.',
    );
    const input = light(element, 'code');
    expect([input?.autocomplete, input?.inputMode, input?.type]).to.deep.equal(['one-time-code', 'numeric', 'text']);
    type(element, 'code', '123 456');
    await settled(element);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'sms', code: '123456', remember: false }] });
  });

  it('counts the seconds until a code can be sent again, in no live region, and then offers it', async () => {
    const step = { ...given.sms, resendAt: new Date(Date.now() + 1200).toISOString() };
    const { element, calls } = await login({ responses: [step, { ...given.sms, resendAt: soon() }] });
    await named(element);
    const hint = shadow(element, '[part=hint]');
    expect(hint.textContent).to.equal('No message? You can send it again in 2 seconds.');
    expect(hint.closest('[role=status], [aria-live], [role=alert]')).to.equal(null);
    await until(() => textOf(element).includes('Send again'));
    await press(element, 'Send again');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'sms', action: 'resend' }] });
    expect(textOf(element, '[role=status]')).to.equal('We’ve sent a new code. Earlier codes no longer work.');
    expect(element.ownerDocument.activeElement).to.equal(light(element, 'code'));
  });

  it('R28 offers the other ways and no dead button if a sending limit was reached', async () => {
    const unsent = { ...given.sms, unsent: true, resendAt: new Date(Date.now() + 5_400_000).toISOString() } as const;
    const { element, calls } = await login({ responses: [unsent, given['recovery-code']] });
    await named(element);
    expect(heading(element)).to.equal('We can’t send a code right now');
    expect(textOf(element, '[part=description]')).to.equal(
      'Too many codes were requested. You can ask for one in 90 minutes, or ask the help desk. You can also log in another way.',
    );
    expect([light(element, 'code'), shadow(element, '[part~=primary]')]).to.deep.equal([null, null]);
    await press(element, 'Use a recovery code');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'sms', action: 'switch', method: 'recovery-code' }] });
  });

  it('R28 speaks of no other way at a sending limit if there is none', async () => {
    const resendAt = new Date(Date.now() + 5_400_000).toISOString();
    const unsent = { ...given.sms, methods: [{ method: 'sms' }], unsent: true, resendAt } satisfies StepOf<'sms'>;
    const { element } = await login({ responses: [unsent] });
    await named(element);
    expect(textOf(element, '[part=description]')).to.match(/in 90 minutes, or ask the help desk\.$/);
  });

  it('offers to send a code once the limit has ended', async () => {
    const { element, calls } = await login({ responses: [{ ...given.sms, unsent: true, resendAt: past }, given.sms] });
    await named(element);
    await press(element, 'Send me a code');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'sms', action: 'resend' }] });
    expect(heading(element)).to.equal('Enter the code from the text message');
  });

  it('explains a refused code without mentioning an app', async () => {
    const { element } = await login({
      responses: [
        given.sms,
        { refuse: { code: 'wrong-code', attemptsLeft: 3 }, step: given.sms },
        { refuse: { code: 'code-expired' }, step: given.sms },
      ],
    });
    await named(element);
    type(element, 'code', '111111');
    await settled(element);
    const error = () => element.querySelector('[role=alert]')?.textContent;
    expect(error()).to.equal(
      'That code is incorrect. Enter the code from the newest message. You have 3 attempts left.',
    );
    type(element, 'code', '222222');
    await settled(element);
    expect(error()).to.contain('That code no longer works.');
  });

  it('enters the code of the message by itself where the browser can read it, and stops waiting at another step', async () => {
    const otp = webOtp(async () => ({ code: '654321' }));
    try {
      const { element, calls } = await login({ responses: [given.sms, given.done] });
      await named(element);
      await until(() => calls.length === 2);
      expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'sms', code: '654321', remember: false }] });
    } finally {
      otp.restore();
    }
    const waiting = webOtp(never);
    try {
      const { element } = await login({ responses: [given.sms, given.totp] });
      await named(element);
      await until(() => waiting.asked.length > 0);
      expect(waiting.asked.length).to.equal(1);
      await press(element, 'Use a code from your app');
      expect(waiting.asked[0]?.aborted).to.equal(true);
    } finally {
      waiting.restore();
    }
  });

  it('works the same where the browser refuses to read messages', async () => {
    const otp = webOtp(() => Promise.reject(new DOMException('no', 'NotAllowedError')));
    try {
      const { element, calls } = await login({ responses: [given.sms, given.done] });
      await named(element);
      type(element, 'code', '123456');
      await settled(element);
      expect(calls.length).to.equal(2);
    } finally {
      otp.restore();
    }
  });

  it('names the number by its last two digits wherever the user can switch to it', async () => {
    const methods = [{ method: 'sms', to: '+31 •• ••• ••78' } as const, { method: 'recovery-code' } as const];
    const { element, calls } = await login({ responses: [{ ...given.totp, methods }, given.sms] });
    await named(element);
    await press(element, 'Text a code to ••••\u00a078');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', action: 'switch', method: 'sms' }] });
  });
});

describe('setting up codes by text message', () => {
  it('R27 shows the risk and a safer method in the choice and beside the number', async () => {
    const choice = { ...given['enroll-method'], methods: [{ method: 'totp' }, { method: 'sms' }] } as const;
    const { element, calls } = await login({
      responses: [{ ...choice, methods: [...choice.methods] }, given['enroll-sms-number'], given['enroll-totp']],
    });
    await named(element);
    const sms = [...(element.shadowRoot?.querySelectorAll('[part~=method]') ?? [])][1];
    const described = element.shadowRoot?.getElementById(sms?.getAttribute('aria-describedby') ?? '');
    expect(described?.textContent).to.contain('can be intercepted');
    expect(described?.textContent).to.contain('An authenticator app is safer.');
    await press(element, 'By text message');
    expect(heading(element)).to.equal('Enter your mobile number');
    expect(textOf(element)).to.contain('used for nothing else');
    expect(textOf(element)).to.contain('can be intercepted');
    await press(element, 'Use an authenticator app instead');
    expect(calls[2]?.body).to.deep.equal({
      inputs: [{ step: 'enroll-sms-number', action: 'switch', method: 'totp' }],
    });
  });

  it('sends the number as it was typed, then asks for the code, and the number can be changed', async () => {
    const { element, calls } = await login({
      responses: [given['enroll-sms-number'], given['enroll-sms'], given['enroll-sms-number']],
    });
    await named(element);
    const input = light(element, 'phone-number');
    expect([input?.type, input?.autocomplete, input?.inputMode]).to.deep.equal(['tel', 'tel', 'tel']);
    await submit(element);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Enter your mobile number.');
    expect(calls.length).to.equal(1);
    type(element, 'phone-number', ' 06 1234 5678 ');
    await submit(element);
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'enroll-sms-number', phoneNumber: '06 1234 5678' }] });
    await press(element, 'Change the number');
    expect(calls[2]?.body).to.deep.equal({ inputs: [{ step: 'enroll-sms', action: 'change-number' }] });
    expect(heading(element)).to.equal('Enter your mobile number');
  });
});
