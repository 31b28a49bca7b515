import type { Admin } from '../../admin/admin.ts';
import type { OrganisationInput } from '../../organisations/schema.ts';
import { PHONE } from './ledger/judge-sent-codes.ts';
import { newSecret, toBase32 } from './ledger/otp.ts';
import { choices, endOfDay, INDIA, type Organisation, type User } from './ledger/users.ts';

/** The definition of an organisation, as an administrator writes it. */
export function definitionOf(of: Organisation): OrganisationInput {
  const setUp =
    of.until === undefined || of.factor === 'mandatory'
      ? {}
      : { setUp: { until: new Date(of.until - 1 + INDIA).toISOString().slice(0, 10), timeZone: 'Asia/Kolkata' } };
  return {
    id: of.id,
    name: of.id.replace('-', ' number '),
    username: of.email ? 'email' : 'username',
    policy: {
      factor: of.factor,
      authenticators: of.authenticators,
      recoveryCodes: of.recoveryCodes,
      mayReusePassword: of.mayReuse,
      selfRegistration: of.email,
      ...(of.expires === undefined ? {} : { passwordExpiresAfterDays: of.expires }),
      remember: { choices: [...choices[of.remember]], default: of.remember === 'never' ? 'never' : '12h' },
      locks: { soft: of.soft, hard: of.hard, ways: ['wait', 'helpdesk', 'mail'] },
      ...setUp,
      ...methodsOf(of),
      ...(of.sms ? { offerPasskeys: false } : {}),
      ...(of.phones ? { push: { match: 'two-digits' as const } } : {}),
    },
  };
}

function methodsOf({
  passkeys,
  phones,
  sms,
}: Organisation): Pick<NonNullable<OrganisationInput['policy']>, 'methods' | 'sms'> {
  if (phones) return { methods: [{ method: 'push' }, { method: 'totp' }] };
  if (!sms) return { methods: [{ method: 'totp' }, ...(passkeys ? [{ method: 'passkey' as const }] : [])] };
  const many = 1_000_000;
  const perDay = { account: many, number: many, prefix: many, country: many, network: many, organisation: many };
  return { methods: [{ method: 'sms' }, { method: 'totp' }], sms: { country: 'NL', perDay } };
}

/** The actor and the reason of the administration verbs. */
export const operator = { actor: { role: 'administrator', name: 'operator' }, reason: 'a walk of the oracle' } as const;

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Six recovery codes that are unique for a number. */
function newRecoveryCodes(number: number): string[] {
  return Array.from({ length: 6 }, (_, index) => {
    const text = (number * 6 + index).toString(32).toUpperCase().padStart(8, '0');
    const symbols = `WALK${Array.from(text, (symbol) => ALPHABET.charAt(Number.parseInt(symbol, 32))).join('')}`;
    return `${symbols.slice(0, 4)}-${symbols.slice(4, 8)}-${symbols.slice(8)}`;
  });
}

let made = 0;

/**
 * Adds a user with a password, an authenticator and recovery codes, with a password only, or without credentials. `since`: the
 * present time in ms since the epoch.
 */
export async function addUser(
  admin: Admin,
  organisation: Organisation,
  given: { username: string; has: 'all' | 'phone' | 'password' | 'nothing'; since: number },
): Promise<User> {
  made += 1;
  const { username, has, since } = given;
  const email = organisation.email ? username : `${username}@users.example`;
  const password = has === 'nothing' ? undefined : `the first sentence of number ${made}`;
  const secret = newSecret();
  const codes = has === 'all' || has === 'phone' ? newRecoveryCodes(made) : [];
  const number = `+316${30_000_000 + made}`;
  const { id, factorId } = await admin.addUser({
    ...operator,
    organisation: organisation.id,
    username,
    email,
    ...(password === undefined ? {} : { password }),
    ...(has === 'all' ? { totpSecret: toBase32(secret), recoveryCodes: codes } : {}),
    ...(has === 'phone' ? { phoneNumber: number, recoveryCodes: codes } : {}),
  });
  const apps = has === 'all' ? [{ name: 'given', id: factorId, secret, last: -1 }] : [];
  const phones = has === 'phone' ? [{ name: PHONE, number, secret: Buffer.alloc(0), last: -1 }] : [];
  const authenticators = [...apps, ...phones];
  return {
    ...{
      id,
      organisation,
      username,
      email,
      password,
      passwords: 0,
      since,
      state: 'active',
      authenticators,
      passkeys: [],
      phones: [],
    },
    codes: new Set(codes),
    spentCodes: [],
    sent: [],
  };
}

/** Creates five organisations with different policies, and users of each kind. */
export async function settle(admin: Admin, number: number, now: number): Promise<User[]> {
  const usual = {
    email: false,
    passkeys: false,
    phones: false,
    sms: false,
    soft: 10,
    hard: 100,
    remember: '1w',
    recoveryCodes: true,
    mayReuse: false,
  } as const;
  const organisations: Organisation[] = [
    { ...usual, id: `clinic-${number}`, factor: 'mandatory', authenticators: 'many' },
    {
      ...usual,
      ...{ id: `school-${number}`, factor: 'optional', authenticators: 'one', until: endOfDay(now) },
      ...{ soft: 3, hard: 12, expires: 2 },
    },
    {
      ...usual,
      ...{ id: `post-${number}`, email: true, factor: 'optional', authenticators: 'many', soft: 4, hard: 40 },
      ...{ remember: '12h', mayReuse: true },
    },
    { ...usual, id: `tower-${number}`, factor: 'mandatory', authenticators: 'one', passkeys: true },
    { ...usual, id: `bridge-${number}`, factor: 'mandatory', authenticators: 'many', phones: true },
    { ...usual, id: `mill-${number}`, factor: 'mandatory', authenticators: 'many', sms: true },
  ];
  for (const each of organisations) await admin.addOrganisation({ ...operator, organisation: definitionOf(each) });
  const [clinic, school, post, tower, bridge, mill] = organisations as [
    Organisation,
    Organisation,
    Organisation,
    Organisation,
    Organisation,
    Organisation,
  ];
  return [
    await addUser(admin, clinic, { username: 'ada', has: 'all', since: now }),
    await addUser(admin, clinic, { username: 'bob', has: 'password', since: now }),
    await addUser(admin, clinic, { username: 'cyd', has: 'nothing', since: now }),
    await addUser(admin, school, { username: 'ada', has: 'all', since: now }),
    await addUser(admin, school, { username: 'bob', has: 'password', since: now }),
    await addUser(admin, post, { username: `eve${number}@post.example`, has: 'all', since: now }),
    await addUser(admin, tower, { username: 'pat', has: 'all', since: now }),
    await addUser(admin, bridge, { username: 'sue', has: 'all', since: now }),
    await addUser(admin, mill, { username: 'sam', has: 'phone', since: now }),
    await addUser(admin, mill, { username: 'tom', has: 'password', since: now }),
  ];
}
