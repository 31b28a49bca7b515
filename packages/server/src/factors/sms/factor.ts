import { z } from 'zod';
import type { Keyring } from '../../crypto/keyring.ts';
import { type Codec, type Factor, isActive, openData } from '../../flow/rules/factor.ts';
import { smsKey } from '../../locks/locks.ts';
import { maskNumber } from '../../sms/phone-number.ts';
import type { FactorRow } from '../../store/schema.ts';

const Data = z.strictObject({
  /** The phone number in the form E.164. */
  number: z.e164(),
});

const codec: Codec<z.infer<typeof Data>> = { method: 'sms', data: Data };

/** The phone number of a row. @throws SealError */
export function openNumber(row: FactorRow, keyring: Pick<Keyring, 'open'>): string {
  return openData(codec, row, keyring).number;
}

/** The method `sms`: codes that are sent to a phone number. NIST SP 800-63B-4 §3.1.3.3 restricts it, so the user is told. */
export const sms: Factor = {
  method: 'sms',
  role: 'factor',
  proveStep: 'sms',
  enrollSteps: ['enroll-sms-number', 'enroll-sms'],
  isComplete: (step, { enrolment }) => step === 'enroll-sms-number' && enrolment?.method === 'sms',
  amr: () => ['sms'],
  acr: () => 'aal2',
  lock: { by: 'sms', key: smsKey, limit: ({ locks }) => locks.hard },
  usable: isActive('sms'),
  single: { notice: 'number-changed' },
  data: Data,
  defaultName: 'Phone number',
  describe: (row, keyring) => ({ to: maskNumber(openNumber(row, keyring)) }),
};
