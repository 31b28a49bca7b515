import type { AccountEventCode } from '@tweestap/protocol';
import type { AccountEventRow } from '../store/account-events.ts';

type Teller = (row: AccountEventRow) => AccountEventCode | undefined;

const done =
  (code: AccountEventCode): Teller =>
  ({ result }) =>
    result === 'ok' ? code : undefined;

/** Refusals that say that somebody typed something wrong; the others are accidents of the moment. */
const wrong: ReadonlySet<string> = new Set([
  'wrong-credentials',
  'wrong-code',
  'code-used',
  'code-expired',
  'clock-off',
  'old-authenticator',
]);

const tried =
  (code: AccountEventCode): Teller =>
  ({ result }) =>
    result === 'locked' ? 'locked' : wrong.has(result) ? code : undefined;

/** What an entry of the audit means to the person whom it is about. What is not here is not for the settings page. */
const tellers: Readonly<Record<string, Teller>> = {
  login: done('login'),
  password: tried('wrong-password'),
  'confirm-password': tried('wrong-password'),
  totp: tried('wrong-code'),
  'recovery-code': tried('wrong-code'),
  identify: tried('wrong-code'),
  'enroll-totp': done('factor-added'),
  'factor-removed': done('factor-removed'),
  disable: done('factors-off'),
  'recovery-codes': done('recovery-codes-made'),
  'new-password': done('password-changed'),
  'device-forgotten': done('device-forgotten'),
  'sessions-ended': done('sessions-ended'),
  'sign-out': done('signed-out'),
  'not-me': done('not-me'),
  unlock: done('unlocked'),
  'admin-unlock': done('unlocked'),
  'admin-reset-factors': done('factors-reset'),
  'admin-issue-code': done('desk-code'),
  'admin-reset-password': done('password-started'),
  'admin-set-password': done('password-changed'),
  'admin-change-email': done('email-changed'),
  'admin-invite': done('link-sent'),
  'admin-letter': done('link-sent'),
  'admin-disable': done('help-desk'),
  'admin-enable': done('help-desk'),
  'admin-end-sessions': done('sessions-ended'),
};

/** Ends of flows that are told by their last step alone. */
const silentKinds = ['enroll', 'change-password', 'activate', 'reset', 'register'];

/** The audit's events that can mean something to the person. */
export const toldEvents: readonly string[] = [...Object.keys(tellers), ...silentKinds];

/** In words of the settings page. The end of a flow stands for its last step as well. Pure. */
export function tellEvent(row: AccountEventRow): AccountEventCode[] {
  const { step } = JSON.parse(row.detail ?? '{}') as { step?: string };
  const told = new Set([row.event, ...(step === undefined ? [] : [step])].map((event) => teller(event)?.(row)));
  told.delete(undefined);
  return [...told] as AccountEventCode[];
}

function teller(event: string): Teller | undefined {
  return Object.hasOwn(tellers, event) ? tellers[event] : undefined;
}
