import type { PublicKey } from '@tweestap/protocol';
import type { OrganisationInput } from '../../../organisations/schema.ts';
import { HOME } from '../ledger/origins.ts';
import type { System } from '../ledger/systems.ts';
import { type Client, choices, endOfDay, INDIA, type Organisation } from '../ledger/users.ts';
import { clientKeys, clientsWith } from './client-keys.ts';
import { systemsAtFirst } from './systems.ts';

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
    returnTo: of.returnTo,
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
      ...(of.emailCodes ? { emailCodes: true } : {}),
      ...(of.phones ? { push: { match: of.match } } : {}),
      clients: of.clients.map(clientOf),
      handOver: of.systems.map(systemOf),
    },
  };
}

function clientOf({ id, factor, key, installations }: Client) {
  return { id, name: `The client ${id}`, factor, installations, ...(key ? { keys: [key as PublicKey] } : {}) };
}

const systemOf = ({ issuer, keys, published, proves }: System) => ({
  ...{ issuer, name: issuer, proves },
  ...(published
    ? { jwks: published.url }
    : { keys: keys.map(({ kid, key }) => ({ ...(key as PublicKey), ...(kid === undefined ? {} : { kid }) })) }),
});

type Methods = Pick<NonNullable<OrganisationInput['policy']>, 'methods' | 'sms'>;

function methodsOf({ passkeys, phones, sms }: Organisation): Methods {
  const methods: NonNullable<Methods['methods']> = [
    ...(phones ? [{ method: 'push' as const }] : []),
    ...(sms ? [{ method: 'sms' as const }] : []),
    { method: 'totp' },
    ...(passkeys ? [{ method: 'passkey' as const }] : []),
  ];
  if (!sms) return { methods };
  const many = 1_000_000;
  const perDay = { account: many, number: many, prefix: many, country: many, network: many, organisation: many };
  return { methods, sms: { country: 'NL', perDay } };
}

/** The organisations of a walk, with different policies. */
export function organisationsOf(number: number, now: number) {
  const usual = (name: string): Organisation => ({
    ...{ id: `${name}-${number}`, email: false, factor: 'mandatory', authenticators: 'many' },
    ...{ passkeys: false, phones: false, sms: false, soft: 10, hard: 100, remember: '1w' },
    ...{ recoveryCodes: true, mayReuse: false, match: 'six-digits', matchesBefore: new Set(), clients: [] },
    ...{ systems: [], returnTo: [] },
  });
  const systems = systemsAtFirst();
  const optional = { factor: 'optional', until: endOfDay(now) } as const;
  return {
    clinic: { ...usual('clinic'), clients: clientsWith(clientKeys.kiosk) },
    school: {
      ...{ ...usual('school'), ...optional, authenticators: 'one', soft: 3, hard: 12, expires: 2 },
      clients: clientsWith(clientKeys.elsewhere),
    },
    post: {
      ...{ ...usual('post'), email: true, factor: 'optional', soft: 4, hard: 40 },
      ...{ remember: '12h', mayReuse: true },
    },
    tower: { ...usual('tower'), authenticators: 'one', passkeys: true },
    bridge: {
      ...usual('bridge'),
      returnTo: [HOME],
      phones: true,
      match: number % 2 === 0 ? 'yes' : 'two-digits',
      soft: 4,
    },
    harbour: { ...usual('harbour'), ...optional, authenticators: 'one', phones: true, sms: true, soft: 4 },
    mill: { ...usual('mill'), sms: true },
    // The users of these two belong to other systems, which use the same ids.
    court: { ...usual('court'), systems: [...systems] },
    quay: { ...usual('quay'), ...optional, systems: [...systems], returnTo: [HOME] },
    office: { ...usual('office'), factor: 'optional', emailCodes: true, soft: 4 },
  } satisfies Record<string, Organisation>;
}
