import { expect } from '@open-wc/testing';
import { heading, light, login, named, press, shadow, submit } from '../testing/login.ts';
import type { Script } from '../testing/scripted-server.ts';
import { given } from '../testing/states/given.ts';
import { settled, type, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

describe('K3 the code', () => {
  const atCode = async (responses: Script['responses'], more: Partial<Script> = {}) => {
    const made = await login({ responses: [given.totp, ...responses], ...more });
    await named(made.element);
    return made;
  };

  const spellings = [
    '123456',
    '123 456',
    '123-456',
    '2FA code: 123456',
    'Code 12: 123 456',
    '１２３４５６',
    '١٢٣٤٥٦',
    '۱۲۳۴۵۶',
  ];
  for (const typed of spellings) {
    it(`is submitted at the sixth digit: ${typed}`, async () => {
      const { element, calls } = await atCode([given.done]);
      type(element, 'code', typed);
      await settled(element);
      expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', code: '123456', remember: false }] });
    });
  }

  it('is not submitted with five digits, and Enter shows how many are required', async () => {
    const { element, calls } = await atCode([given.done]);
    type(element, 'code', '12345');
    await submit(element);
    expect(calls).to.have.length(1);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Enter all 6 digits of the code.');
  });

  it("has 'remember me' above it, with the duration, and submits the choice", async () => {
    const { element, calls } = await atCode([given.done]);
    const box = shadow<HTMLInputElement>(element, '#remember');
    expect(box.closest('label')?.textContent).to.contain('12 hours');
    const follows = box.compareDocumentPosition(shadow(element, '[part~=code-input]'));
    expect(follows & Node.DOCUMENT_POSITION_FOLLOWING).to.be.above(0);
    box.click();
    type(element, 'code', '123456');
    await settled(element);
    expect(calls[1]?.body.inputs?.[0]).to.have.property('remember', true);
  });

  it("has a ring that follows the server's clock", async () => {
    // The local time is 12:00:00 and the server's time is 12:00:20, so ten of thirty seconds are left.
    const now = Date.UTC(2026, 5, 1, 12);
    const { element } = await atCode([], { now: () => now, ahead: 20_000 });
    expect(shadow(element, '[part=seconds]').textContent).to.equal('10 s left');
    expect(shadow(element, '.left').getAttribute('stroke-dasharray')).to.equal('10 30');
    expect(shadow(element, '[part~=countdown]').getAttribute('aria-hidden')).to.equal('true');
    expect(shadow(element, '.row').getAttribute('aria-hidden')).to.equal('true');
  });

  it('moves the ring once a second, and draws nothing in between, which would use up the battery of a phone', async () => {
    let now = Date.UTC(2026, 5, 1, 12);
    const { element } = await atCode([], { now: () => now });
    const ring = shadow(element, '.left');
    const before = ring.getAttribute('stroke-dasharray');
    now += 1_000;
    await until(() => ring.getAttribute('stroke-dasharray') !== before);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(ring.getAnimations()).to.deep.equal([]);
  });

  it('has a text that announces the next code in the last five seconds', async () => {
    const now = Date.UTC(2026, 5, 1, 12, 0, 26);
    const { element } = await atCode([], { now: () => now });
    expect(shadow(element, '[part=seconds]').textContent).to.equal('New code in 4 s');
  });

  const refusals = {
    'wrong-code': 'That code is incorrect',
    'code-used': 'already been used',
    'code-expired': 'That code has expired',
    'old-authenticator': 'older entry',
  } as const;
  for (const [code, words] of Object.entries(refusals)) {
    it(`${code} has its own text, and the next code can be typed immediately`, async () => {
      const { element } = await atCode([{ refuse: { code: code as keyof typeof refusals } }]);
      type(element, 'code', '123456');
      await settled(element);
      expect(element.querySelector('[role=alert]')?.textContent).to.contain(words);
      expect(light(element, 'code')?.value).to.equal('');
      expect(document.activeElement).to.equal(light(element, 'code'));
    });
  }

  it('is sent again automatically at retryAt if it was too early', async () => {
    const retryAt = new Date(Date.now() + 300).toISOString();
    const { element, calls } = await atCode([{ refuse: { code: 'code-early', retryAt } }, given.done]);
    type(element, 'code', '123456');
    await settled(element);
    expect(shadow(element, '[part~=code-input]').getAttribute('part')).to.contain('waiting');
    expect(light(element, 'code')?.getAttribute('aria-invalid')).to.equal(null);
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('send this code again');
    await until(() => calls.length === 3);
    expect(calls[2]?.body).to.deep.equal(calls[1]?.body);
  });

  it('can be switched to a recovery code and back', async () => {
    const { element, calls } = await atCode([given['recovery-code'], given.totp]);
    await press(element, 'Use a recovery code');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', action: 'switch', method: 'recovery-code' }] });
    expect(heading(element)).to.equal('Enter a recovery code');
    await press(element, 'Use a code from your app');
    expect(heading(element)).to.equal('Enter the code from your app');
  });
});

describe('K9 the clock of the phone', () => {
  const clockOff = async (refuse: { offBySeconds: number; offByHours?: number }, lang = 'en') => {
    const { element } = await login(
      { responses: [given.totp, { refuse: { code: 'clock-off', ...refuse } }] },
      { organisation: 'de-linde', lang },
    );
    await named(element);
    type(element, 'code', '123456');
    await settled(element);
    return { words: element.querySelector('[role=alert]')?.textContent, coach: shadow(element, '[part=clock]') };
  };

  it('is behind: shows by how much, what to do, and where the setting is on Android and iOS', async () => {
    const { words, coach } = await clockOff({ offBySeconds: -243 });
    expect(words).to.equal(
      'Your phone’s clock is about 4 minutes behind. Turn on automatic time. Then enter a new code.',
    );
    expect(coach.textContent).to.contain('Android').and.to.contain('iPhone');
  });
  it('is ahead: shows by how much, in Dutch', async () => {
    const { words } = await clockOff({ offBySeconds: 125 }, 'nl');
    expect(words).to.contain('De klok van je telefoon loopt ongeveer 2 minuten voor.');
  });
  it('is off by whole hours: mentions the time zone', async () => {
    const { words } = await clockOff({ offBySeconds: -7200, offByHours: -2 });
    expect(words).to.contain('2 hours off').and.to.contain('time zone');
  });
});
