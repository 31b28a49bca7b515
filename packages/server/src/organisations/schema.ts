import { durations, isLoopbackHost, languages, setUpMethods, unlockWays } from '@tweestap/protocol';
import { z } from 'zod';
import { isTimeZone } from './local-date.ts';

const text = (most: number) => z.string().trim().min(1).max(most);

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'expected 1 to 64 of a-z, 0-9 and "-", with no "-" at either end')
  .meta({ description: 'The id: stands in addresses, in the database and in assertions. It never changes.' });

/** One text for all, or one per language. */
const words = (most: number) => z.union([text(most), z.strictObject({ en: text(most), nl: text(most) })]);

const ownWords = z.strictObject({ text: words(2000), url: z.url({ protocol: /^https?$/ }).optional() });

const help = ownWords.meta({ description: 'Shown under every step: whom to ask, and where the own instruction is.' });

const remember = z
  .strictObject({
    choices: z
      .array(z.enum(durations))
      .min(1)
      .max(durations.length)
      .default([...durations]),
    default: z.enum(durations).default('12h'),
  })
  .refine((value) => value.choices.includes(value.default), { path: ['default'], error: 'expected one of the choices' })
  .refine((value) => new Set(value.choices).size === value.choices.length, {
    path: ['choices'],
    error: 'expected each choice once',
  })
  .meta({ description: 'How long a device may be remembered; only "never" among the choices switches it off.' });

const locks = z
  .strictObject({
    soft: z.int().min(3).max(100).default(10).meta({ description: 'Failures after which waiting begins (D7).' }),
    hard: z.int().min(10).max(100).default(100).meta({
      description: 'Failures since the last success after which the credential is disabled (NIST SP 800-63B-4 §3.2.2).',
    }),
    firstWaitSeconds: z.int().min(1).max(3600).default(60),
    maxWaitSeconds: z.int().min(1).max(86_400).default(3600),
    ways: z
      .array(z.enum(unlockWays).exclude(['reset']))
      .min(1)
      .max(3)
      .default(['wait', 'helpdesk'])
      .meta({ description: 'What the locked step offers. The same for names that do not exist.' }),
  })
  .refine((value) => value.soft <= value.hard, { path: ['hard'], error: 'expected at least the soft limit' })
  .refine((value) => value.firstWaitSeconds <= value.maxWaitSeconds, {
    path: ['maxWaitSeconds'],
    error: 'expected at least firstWaitSeconds',
  })
  .meta({ description: 'Soft and hard lock; each wait is double the one before, up to the longest.' });

const setUp = z
  .strictObject({
    from: z.iso.date().optional().meta({ description: 'The first day on which it is offered; at once when left out.' }),
    until: z.iso.date().optional().meta({ description: 'The last day on which it may be put off (D8).' }),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, 'expected a time zone like Europe/Amsterdam')
      .default('UTC')
      .meta({ description: 'Where these days begin and end: a name of the IANA database.' }),
    explanation: ownWords.optional().meta({ description: 'The own words about it, with a link to text or video.' }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
    path: ['until'],
    error: 'expected a day that is not before from',
  })
  .meta({ description: 'When people without a second factor are asked to set one up.' });

type MethodNames = typeof setUpMethods;

/** What users may set up, of the methods that the server has. */
const methodsAmong = (names: MethodNames) =>
  z
    .array(
      z.strictObject({
        method: z.enum(names),
        recommended: z.boolean().optional(),
        note: words(300).optional().meta({ description: 'Why it is recommended, or what it costs.' }),
      }),
    )
    .min(1)
    .refine((list) => new Set(list.map(({ method }) => method)).size === list.length, 'expected each method once')
    .default(names.map((method) => ({ method })))
    .meta({ description: 'What people may set up, in the order of the screen.' });

const policyWith = (names: MethodNames) =>
  z
    .strictObject({
      factor: z
        .enum(['mandatory', 'optional'])
        .default('mandatory')
        .meta({ description: 'Who must have a second factor.' }),
      authenticators: z.enum(['many', 'one']).default('many').meta({
        description: '"one": the newest replaces the others at once. "many": several, named and revocable (D4).',
      }),
      remember: remember.prefault({}),
      locks: locks.prefault({}),
      recoveryCodes: z.boolean().default(true).meta({ description: 'Whether recovery codes are given out and taken.' }),
      confirmPassword: z.enum(['when-stale', 'always']).default('when-stale').meta({
        description: 'Before set-up: ask the password again when it is older than 5 minutes, or always.',
      }),
      resetBy: z.enum(['factor', 'mail']).default('factor').meta({
        description:
          'After a mailed reset, before a new authenticator: "factor" asks the old one, a recovery code or a code of the help desk; "mail" asks nothing more. Weaker: who reads the mail then owns the account (D6).',
      }),
      mayReusePassword: z.boolean().default(false).meta({
        description: 'Whether a reset may keep the password that was.',
      }),
      selfRegistration: z.boolean().default(false).meta({
        description: 'Whether people may make an account by themselves; only where usernames are e-mail addresses.',
      }),
      setUp: setUp.optional(),
      methods: methodsAmong(names),
    })
    .refine(({ factor, setUp: days }) => factor === 'optional' || (days?.from ?? days?.until) === undefined, {
      path: ['setUp'],
      error: 'expected days only where factor is "optional"',
    })
    .meta({ description: 'The rules of an organisation. The server alone applies them.' });

const page = z
  .url({ protocol: /^https?$/ })
  .refine((value) => isSecure(value), 'expected https (plain http for localhost only)')
  .refine(
    (value) => URL.parse(value)?.hash === '',
    'expected an address without a fragment: the link puts its own there',
  )
  .optional();

const pages = z.strictObject({ activate: page, reset: page, unlock: page, register: page, settings: page }).meta({
  description:
    'The pages that mails lead to; else /account, and for settings /settings, below the base URL of the server (R33).',
});

const origin = z
  .url({ protocol: /^https?$/ })
  .refine((value) => URL.parse(value)?.origin === value, 'expected an origin alone, like https://portal.example')
  .refine((value) => isSecure(value), 'expected https (plain http for localhost only)');

/** An organisation as its file or `options.organisations` gives it. */
const schemaWith = (names: MethodNames) =>
  z
    .strictObject({
      id: slug,
      name: text(200),
      username: z.enum(['username', 'email']).default('username').meta({ description: 'What people log in with.' }),
      language: z.enum(languages).default('en').meta({ description: 'Of mail to people whose own is not known.' }),
      help: help.optional(),
      policy: policyWith(names).prefault({}),
      returnTo: z.array(origin).max(100).default([]).meta({ description: 'Origins that a login may return to (R70).' }),
      pages: pages.prefault({}),
    })
    .refine((value) => value.username === 'email' || !value.policy.selfRegistration, {
      path: ['policy', 'selfRegistration'],
      error: 'expected "username": "email" beside it: a registration is confirmed by mail',
    })
    .meta({ title: 'Tweestap organisation', description: 'An organisation: its name, help and policy.' });

const organisationSchema = schemaWith(setUpMethods);

function isSecure(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'https:' || isLoopbackHost(url.hostname));
}

/** What may be written: everything with a default may be left out. */
export type OrganisationInput = z.input<typeof organisationSchema>;
/** What the server works with: every default filled in. */
export type OrganisationDefinition = z.output<typeof organisationSchema>;
export type Policy = OrganisationDefinition['policy'];
export type LockPolicy = Policy['locks'];
/** Words of the organisation's own. */
export type OwnWords = NonNullable<OrganisationDefinition['help']>;

/** The published JSON Schema (draft 2020-12) of an organisation, as it may be written. */
export const organisationJsonSchema: object = z.toJSONSchema(organisationSchema, { io: 'input' });

/** An organisation is wrong: `path` is where (`policy.locks.soft`), `expected` is what should stand there. */
export class OrganisationError extends Error {
  readonly code = 'bad-organisation';
  readonly path: string;
  readonly expected: string;
  constructor(path: string, expected: string) {
    super(`Organisation: ${path || 'the whole'}: ${expected}.`);
    this.name = 'OrganisationError';
    this.path = path;
    this.expected = expected;
  }
}

/**
 * Checks an organisation and fills in the defaults.
 * @param methods what a policy may let users set up; default: the methods of the protocol
 * @throws OrganisationError for the first thing that is wrong
 */
export function parseOrganisation(value: unknown, methods: readonly string[] = setUpMethods): OrganisationDefinition {
  // Making a schema costs more than a login may wait for: one is made only where there is a method of the server's own.
  const builtIn: readonly string[] = setUpMethods;
  const isBuiltIn = methods.length > 0 && methods.every((method) => builtIn.includes(method));
  // The type knows the protocol's methods alone.
  const schema = isBuiltIn ? organisationSchema : schemaWith(methods as unknown as MethodNames);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw organisationError(result.error);
}

function organisationError(error: z.ZodError): OrganisationError {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map(String).join('.');
  const expected = (issue?.message ?? 'expected an organisation').replace(/^Invalid input: /, '').replace(/\.$/, '');
  return new OrganisationError(path, expected);
}
