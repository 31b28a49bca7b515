// Threats: an attacker uses a code that was seen, guessed or kept a second time, too late or too early. A user whose phone
// has a wrong clock gives up and asks for the second factor to be removed.
import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { startOfStep, stepOf, type TotpQuestion, type TotpVerdict, totpCode, verifyTotp } from './code.ts';

const SECRET = Buffer.from('a secret of 20 bytes');
const STEP = 59_000_000;
const MIDDLE = startOfStep(STEP) + 15_000;
const MINUTE = 60_000;

function ask(step: number, changes: Partial<TotpQuestion> = {}): TotpVerdict {
  return askCode(totpCode(changes.secret ?? SECRET, step), changes);
}

function askCode(code: string, changes: Partial<TotpQuestion> = {}): TotpVerdict {
  return verifyTotp({ code, secret: SECRET, lastStep: null, burntSteps: [], now: MIDDLE, ...changes });
}

const accepted = (step: number): TotpVerdict => ({ outcome: 'accepted', step });
/** The verdict for the last accepted code, sent again. */
const copied = { outcome: 'refused', code: 'code-used', counts: false };
const refused = (code: 'wrong-code' | 'code-used' | 'code-expired' | 'old-authenticator'): TotpVerdict => {
  return { outcome: 'refused', code, counts: true };
};
const early = (step: number): TotpVerdict => {
  return { outcome: 'refused', code: 'code-early', counts: false, retryAt: startOfStep(step) };
};
const off = (steps: number, hours?: number): TotpVerdict => {
  const verdict = {
    outcome: 'refused',
    code: 'clock-off',
    counts: true,
    offBySeconds: steps * 30,
    burn: STEP + steps,
  } as const;
  return hours === undefined ? verdict : { ...verdict, hours };
};

test('R15 exactly T and T-1 are accepted, tested one millisecond on either side of the limits', () => {
  const from = startOfStep(STEP);
  const until = startOfStep(STEP + 2);
  assert.deepEqual(ask(STEP, { now: from - 1 }), early(STEP));
  assert.deepEqual(ask(STEP, { now: from }), accepted(STEP));
  assert.deepEqual(ask(STEP, { now: startOfStep(STEP + 1) - 1 }), accepted(STEP));
  assert.deepEqual(ask(STEP, { now: startOfStep(STEP + 1) }), accepted(STEP));
  assert.deepEqual(ask(STEP, { now: until - 1 }), accepted(STEP));
  assert.deepEqual(ask(STEP, { now: until }), refused('code-expired'));
  assert.deepEqual(ask(STEP, { now: startOfStep(STEP + 3) - 1 }), refused('code-expired'));
  assert.equal(outcomeCode(ask(STEP, { now: startOfStep(STEP + 3) })), 'clock-off');
});

test('R15 only codes of T and T-1 are accepted, for random codes and times', () => {
  const distance = fc.integer({ min: -2000, max: 2000 });
  fc.assert(
    fc.property(distance, fc.integer({ min: 0, max: 29_999 }), (steps, within) => {
      const now = startOfStep(STEP) + within;
      const code = totpCode(SECRET, STEP + steps);
      const window = [totpCode(SECRET, STEP), totpCode(SECRET, STEP - 1)];
      assert.equal(askCode(code, { now }).outcome === 'accepted', window.includes(code));
    }),
    { numRuns: 1000 },
  );
});

test('R14 a time step at or below the last accepted one is refused', () => {
  assert.deepEqual(ask(STEP, { lastStep: STEP }), copied);
  assert.deepEqual(ask(STEP - 1, { lastStep: STEP }), refused('code-used'));
  assert.deepEqual(ask(STEP - 1, { lastStep: STEP - 1 }), copied);
  assert.deepEqual(ask(STEP, { lastStep: STEP - 1 }), accepted(STEP));
  assert.deepEqual(ask(STEP - 1, { lastStep: STEP - 2 }), accepted(STEP - 1));
});

test('R42 the last accepted code is not counted within its window, and a burnt or older code is', () => {
  assert.deepEqual(ask(STEP, { lastStep: STEP, burntSteps: [STEP] }), copied);
  assert.deepEqual(ask(STEP, { lastStep: STEP - 1, burntSteps: [STEP] }), refused('code-used'));
  assert.deepEqual(ask(STEP - 1, { lastStep: STEP }), refused('code-used'));
  assert.deepEqual(ask(STEP - 2, { lastStep: STEP - 2 }), refused('code-used'));
  // After the clock was set back, the accepted time step is later than the window.
  assert.deepEqual(ask(STEP + 1, { lastStep: STEP + 1 }), refused('code-used'));
});

test('R14 an accepted code is never accepted again, after any sequence of other codes', () => {
  const waits = fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(waits, fc.integer({ min: -1, max: 1 }), (pauses, shift) => {
      let now = MIDDLE;
      let lastStep: number | null = null;
      const spent = new Set<number>();
      for (const pause of pauses) {
        now += pause;
        const verdict = ask(stepOf(now) + shift, { now, lastStep });
        if (verdict.outcome !== 'accepted') continue;
        assert.ok(!spent.has(verdict.step), 'a time step was accepted twice');
        assert.ok(lastStep === null || verdict.step > lastStep);
        spent.add(verdict.step);
        lastStep = verdict.step;
        for (const step of spent) assertNotAccepted(step, ask(step, { now, lastStep }));
      }
    }),
  );
});

test('R14 a clock that is set back revives no code', () => {
  assert.deepEqual(ask(STEP, { lastStep: STEP, now: MIDDLE - 30_000 }), refused('code-used'));
  assert.deepEqual(ask(STEP, { lastStep: STEP + 5 }), refused('code-used'));
  assert.deepEqual(ask(STEP + 1, { lastStep: STEP + 5 }), refused('code-used'));
});

test('R18a a code of T+1 is refused as early, is not burnt or counted, and is accepted at its time', () => {
  const verdict = ask(STEP + 1);
  assert.deepEqual(verdict, early(STEP + 1));
  assert.ok(!('burn' in verdict));
  assert.deepEqual(ask(STEP + 1, { now: startOfStep(STEP + 1) }), accepted(STEP + 1));
});

test('R18a a code of T-2 has expired', () => {
  assert.deepEqual(ask(STEP - 2), refused('code-expired'));
  assert.deepEqual(ask(STEP - 2, { lastStep: STEP }), refused('code-expired'));
  assert.deepEqual(ask(STEP - 2, { lastStep: STEP - 2 }), refused('code-used'));
});

test('R18a a code within ten minutes is refused with the offset of the clock, and its time step is burnt', () => {
  for (const steps of [-20, -19, -8, -3, 2, 3, 8, 19, 20])
    assert.deepEqual(ask(STEP + steps), off(steps), String(steps));
  assert.deepEqual(ask(STEP + 8), {
    outcome: 'refused',
    code: 'clock-off',
    counts: true,
    offBySeconds: 240,
    burn: STEP + 8,
  });
});

test('R18a a code more than ten minutes away is a wrong code', () => {
  for (const steps of [-22, -21, 21, 22, 60, -60, 118, 122]) assert.deepEqual(ask(STEP + steps), refused('wrong-code'));
});

test('R18a a burnt time step is refused in the window, its neighbours are accepted, and the last accepted one is not raised', () => {
  const burntSteps = [STEP];
  assert.deepEqual(ask(STEP, { burntSteps }), refused('code-used'));
  assert.deepEqual(ask(STEP, { burntSteps, now: MIDDLE + 30_000 }), refused('code-used'));
  assert.deepEqual(ask(STEP, { burntSteps, now: MIDDLE - 30_000 }), refused('code-used'));
  assert.deepEqual(ask(STEP, { burntSteps, now: MIDDLE - 2 * MINUTE }), refused('code-used'));
  assert.deepEqual(ask(STEP - 1, { burntSteps }), accepted(STEP - 1));
  assert.deepEqual(ask(STEP + 1, { burntSteps, now: MIDDLE + 30_000 }), accepted(STEP + 1));
});

test('R18a a wrong clock is reported after earlier logins too', () => {
  assert.deepEqual(ask(STEP - 8, { lastStep: STEP }), off(-8));
  assert.deepEqual(ask(STEP - 8, { lastStep: STEP - 8 }), refused('code-used'));
});

test('R18a an offset of whole hours is reported as a wrong time zone, and the time step is burnt', () => {
  for (const hours of [-14, -12, -1, 1, 2, 5, 14]) {
    for (const slack of [-1, 0, 1]) assert.deepEqual(ask(STEP + hours * 120 + slack), off(hours * 120 + slack, hours));
  }
  for (const hours of [-15, 15]) assert.deepEqual(ask(STEP + hours * 120), refused('wrong-code'));
  assert.deepEqual(ask(STEP + 120, { burntSteps: [STEP + 120], now: MIDDLE + 60 * MINUTE }), refused('code-used'));
});

test('R18a a code that was refused for a wrong clock is never accepted', () => {
  const steps = fc.integer({ min: -1700, max: 1700 });
  const pauses = fc.array(fc.integer({ min: 0, max: 4 * 60 * MINUTE }), { maxLength: 5 });
  fc.assert(
    fc.property(steps, pauses, (distance, waits) => {
      const verdict = ask(STEP + distance);
      if (verdict.outcome !== 'refused' || verdict.code !== 'clock-off') return;
      let now = MIDDLE;
      const burntSteps = [verdict.burn];
      for (const wait of [...waits, startOfStep(verdict.burn) - now]) {
        now = Math.max(now, now + wait);
        assertNotAccepted(verdict.burn, ask(verdict.burn, { now, burntSteps }));
      }
    }),
    { numRuns: 500 },
  );
});

test('R16 a code of a replaced secret is refused as old-authenticator, and is counted', () => {
  const old = Buffer.from('the one before this.');
  const retired = [{ secret: Buffer.from('another, older one..') }, { secret: createSecretKey(old) }];
  for (const steps of [-2, -1, 0, 1]) {
    assert.deepEqual(askCode(totpCode(old, STEP + steps), { retired }), refused('old-authenticator'));
  }
  assert.deepEqual(askCode(totpCode(old, STEP)), refused('wrong-code'));
  assert.deepEqual(askCode(totpCode(old, STEP - 3), { retired }), refused('wrong-code'));
  assert.deepEqual(ask(STEP, { retired }), accepted(STEP));
});

test('R17 a code that was not normalised throws, and is never accepted', () => {
  for (const code of ['', '12345', '1234567', ' 12345', '1e5   ', '１２３４５６', '-12345', '0x1234']) {
    assert.throws(() => askCode(code), TypeError);
  }
});

test('R17 a code with leading zeros is accepted', () => {
  const step = Array.from({ length: 1000 }, (_, index) => STEP + index).find((at) =>
    totpCode(SECRET, at).startsWith('0'),
  );
  assert.ok(step !== undefined);
  assert.deepEqual(ask(step, { now: startOfStep(step) }), accepted(step));
});

test('a code of eight digits is verified with all its digits', () => {
  const code = totpCode(SECRET, STEP, 8);
  assert.deepEqual(askCode(code, { digits: 8 }), accepted(STEP));
  assert.throws(() => askCode(code), TypeError);
});

test('codes in the first minutes of the epoch are verified', () => {
  assert.deepEqual(ask(0, { now: 0 }), accepted(0));
  assert.deepEqual(ask(1, { now: 0 }), early(1));
});

/** Different time steps may have the same code, so only the acceptance of this time step is a fault. */
function assertNotAccepted(step: number, verdict: TotpVerdict): void {
  assert.ok(verdict.outcome === 'refused' || verdict.step !== step);
}

function outcomeCode(verdict: TotpVerdict): string {
  return verdict.outcome === 'refused' ? verdict.code : 'accepted';
}
