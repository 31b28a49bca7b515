import { type AccountEvent, type AccountEventCode, codeRefusals } from '@tweestap/protocol';
import { revokeAccess } from '../access/revoke.ts';
import type { Factor } from '../flow/rules/factor.ts';
import { requireNewPassword } from '../store/accounts/passwords.ts';
import { type AccountEventRow, eventOfAccount, eventsOfAccount } from '../store/audit.ts';
import { type AccountDeps, AccountError, type Caller, changeAccount, recordAndNotify } from './change-account.ts';
import { instant } from './describe-account.ts';

/** Maximum number of events that the settings page shows. */
const MAX_SHOWN = 20;

type Meaning = (row: AccountEventRow) => AccountEventCode | undefined;

const done =
  (code: AccountEventCode): Meaning =>
  ({ result }) =>
    result === 'ok' ? code : undefined;

/**
 * Refusals of a wrong credential. Other refusals depend on the time, such as that of a code that becomes valid later.
 */
const wrong: ReadonlySet<string> = new Set(
  ['wrong-credentials', ...codeRefusals].filter((code) => code !== 'code-early'),
);

const tried =
  (code: AccountEventCode): Meaning =>
  ({ result }) =>
    result === 'locked' ? 'locked' : wrong.has(result) ? code : undefined;

/** The meaning of each audit event for its user. The settings page does not show other events. */
const common: Readonly<Record<string, Meaning>> = {
  login: done('login'),
  password: tried('wrong-password'),
  'confirm-password': tried('wrong-password'),
  identify: tried('wrong-code'),
  'factor-removed': done('factor-removed'),
  disable: done('factors-off'),
  'recovery-codes': done('recovery-codes-made'),
  'new-password': done('password-changed'),
  'device-forgotten': done('device-forgotten'),
  'sessions-ended': done('sessions-ended'),
  'sign-out': done('signed-out'),
  'not-me': done('not-me'),
  'installation-added': done('installation-added'),
  'installation-removed': done('installation-removed'),
  unlock: done('unlocked'),
  'admin-unlock': done('unlocked'),
  'admin-reset-factors': done('factors-reset'),
  'admin-issue-code': done('desk-code'),
  'admin-reset-password': done('password-started'),
  'admin-set-password': done('password-changed'),
  'admin-change-email': done('email-changed'),
  'admin-invite': done('link-sent'),
  'admin-push-link': done('link-sent'),
  'push-linked': done('factor-added'),
  'push-unlock': done('unlocked'),
  'push-answer': ({ result }) => (result === 'denied' ? 'not-me' : result === 'wrong-code' ? 'wrong-code' : undefined),
  'admin-letter': done('link-sent'),
  'admin-disable': done('help-desk'),
  'admin-enable': done('help-desk'),
  'admin-end-sessions': done('sessions-ended'),
};

/** Kinds of flows whose end is described by their last step alone. */
const silentKinds = ['enroll', 'change-password', 'activate', 'reset', 'register'];

/** The audit as the settings page shows it. */
export interface AccountEvents {
  /** The audit events that can mean something to the user. */
  readonly events: readonly string[];
  /**
   * The event codes that the settings page shows for an audit event. The end of a flow includes its last step. Pure.
   */
  codesOf(row: AccountEventRow): AccountEventCode[];
}

/** Creates the list of events: those of every flow, and for each factor a wrong proof and its enrolment. */
export function createAccountEvents(factors: readonly Factor[]): AccountEvents {
  const meanings: Record<string, Meaning> = { ...common };
  for (const { proveStep, enrollSteps } of factors) {
    meanings[proveStep] = tried('wrong-code');
    const last = enrollSteps.at(-1);
    if (last !== undefined) meanings[last] = done('factor-added');
  }
  const meaningOf = (event: string): Meaning | undefined =>
    Object.hasOwn(meanings, event) ? meanings[event] : undefined;
  return {
    events: [...Object.keys(meanings), ...silentKinds],
    codesOf(row) {
      const { step } = JSON.parse(row.detail ?? '{}') as { step?: string };
      const names = [row.event, ...(step === undefined ? [] : [step])];
      const codes = new Set(names.map((event) => meaningOf(event)?.(row)));
      codes.delete(undefined);
      return [...codes] as AccountEventCode[];
    },
  };
}

/** Returns the latest events of an account, newest first, at most 20. */
export async function listEvents(
  { database, factors }: Pick<AccountDeps, 'database' | 'factors'>,
  { events, codesOf }: AccountEvents,
  accountId: string,
): Promise<AccountEvent[]> {
  const rows = await eventsOfAccount(database.read, { accountId, events, limit: 2 * MAX_SHOWN });
  const shown = rows.flatMap((row) => codesOf(row).map((code) => onWire(factors, row, code)));
  return shown.slice(0, MAX_SHOWN);
}

function onWire(factors: readonly Factor[], row: AccountEventRow, event: AccountEventCode): AccountEvent {
  const { id, at, address } = row;
  const method = event === 'login' ? factors.find((factor) => factor.method === row.method)?.method : undefined;
  return {
    id,
    at: instant(at),
    event,
    ...(method === undefined ? {} : { method }),
    ...(address === null ? {} : { address }),
  };
}

/**
 * Handles 'this was not me': revokes all access that existed before. All other sessions and all open flows end. All
 * devices are forgotten, including the current one. The user is notified by email. The settings page then asks for a
 * new password. If the user stops before that, the next login asks for it, after the second factor (decision 0014).
 * @throws AccountError `no-session` or `not-found`
 */
export async function reportEvent(
  deps: AccountDeps,
  { codesOf }: AccountEvents,
  caller: Caller,
  eventId: string,
): Promise<void> {
  const { account_id: accountId, id_hash: current } = caller.session;
  const event = await eventOfAccount(deps.database.read, accountId, eventId);
  if (!event || codesOf(event).length === 0) throw new AccountError('not-found');
  await changeAccount(deps, caller, async (tx) => {
    await revokeAccess(tx, accountId, { now: deps.clock(), reason: 'not-me', exceptSession: current });
    await requireNewPassword(tx, accountId);
    await recordAndNotify(deps, tx, caller, 'not-me', { detail: { entry: event.id } });
  });
}
