import { expect } from '@open-wc/testing';
import { heading, light, login, named, press, shadow, submit, until } from '../testing/login.ts';
import type { Script } from '../testing/scripted-server.ts';
import { given, settled, type } from '../testing/states.ts';
import './mfa-login.ts';

describe('K3: the code', () => {
  const atCode = async (answers: Script['answers'], more: Partial<Script> = {}) => {
    const made = await login({ answers: [given.totp, ...answers], ...more });
    await named(made.element);
    return made;
  };

  for (const typed of ['123456', '123 456', '123-456']) {
    it(`the sixth digit submits: ${typed}`, async () => {
      const { element, calls } = await atCode([given.done]);
      type(element, 'code', typed);
      await settled(element);
      expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', code: '123456', remember: false }] });
    });
  }

  it('five digits do not, and Enter says how many are asked', async () => {
    const { element, calls } = await atCode([given.done]);
    type(element, 'code', '12345');
    await submit(element);
    expect(calls).to.have.length(1);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Enter all 6 digits of the code.');
  });

  it("'remember me' tells its duration in words, stands before the code and is sent", async () => {
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

  it("the ring follows the server's clock", async () => {
    // Here it is 12:00:00, on the server 12:00:20: ten seconds of thirty are left.
    const now = Date.UTC(2026, 5, 1, 12);
    const { element } = await atCode([], { now: () => now, ahead: 20_000 });
    expect(shadow(element, '[part=seconds]').textContent).to.equal('10 s left');
    expect(shadow(element, '.left').getAttribute('stroke-dasharray')).to.equal('10 30');
    expect(shadow(element, '[part~=countdown]').getAttribute('aria-hidden')).to.equal('true');
    expect(shadow(element, '.row').getAttribute('aria-hidden')).to.equal('true');
  });

  it('under five seconds words tell of the new code', async () => {
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
    it(`${code} is told in its own words, and the next code can be typed at once`, async () => {
      const { element } = await atCode([{ refuse: { code: code as keyof typeof refusals } }]);
      type(element, 'code', '123456');
      await settled(element);
      expect(element.querySelector('[role=alert]')?.textContent).to.contain(words);
      expect(light(element, 'code')?.value).to.equal('');
      expect(document.activeElement).to.equal(light(element, 'code'));
    });
  }

  it('a code that is early is send this code again when its time has come', async () => {
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

  it('a recovery code is one action away, and back again', async () => {
    const { element, calls } = await atCode([given['recovery-code'], given.totp]);
    await press(element, 'Use a recovery code');
    expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'totp', action: 'switch', method: 'recovery-code' }] });
    expect(heading(element)).to.equal('Enter a recovery code');
    await press(element, 'Use a code from your app');
    expect(heading(element)).to.equal('Enter the code from your app');
  });
});

describe('K9: the clock of the phone', () => {
  const told = async (refuse: { offBySeconds: number; offByHours?: number }, lang = 'en') => {
    const { element } = await login(
      { answers: [given.totp, { refuse: { code: 'clock-off', ...refuse } }] },
      { organisation: 'de-linde', lang },
    );
    await named(element);
    type(element, 'code', '123456');
    await settled(element);
    return { words: element.querySelector('[role=alert]')?.textContent, coach: shadow(element, '[part=clock]') };
  };

  it('behind: by how much, what to do, and where on Android and iOS', async () => {
    const { words, coach } = await told({ offBySeconds: -243 });
    expect(words).to.equal(
      'Your phone’s clock is about 4 minutes behind. Turn on automatic time. Then enter a new code.',
    );
    expect(coach.textContent).to.contain('Android').and.to.contain('iPhone');
  });
  it('ahead, in Dutch', async () => {
    const { words } = await told({ offBySeconds: 125 }, 'nl');
    expect(words).to.contain('De klok van je telefoon loopt ongeveer 2 minuten voor.');
  });
  it('whole hours are a matter of the time zone', async () => {
    const { words } = await told({ offBySeconds: -7200, offByHours: -2 });
    expect(words).to.contain('2 hours off').and.to.contain('time zone');
  });
});
