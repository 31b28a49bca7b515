import { durations, isLoopbackHost, languages, setUpMethods, unlockWays } from '@tweestap/protocol';
import { z } from 'zod';
import { clients } from './client-policy.ts';
import { handOver } from './hand-over-policy.ts';
import { isTimeZone } from './local-date.ts';
import { sms } from './sms-policy.ts';

const text = (max: number) => z.string().trim().min(1).max(max);

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'expected 1 to 64 of a-z, 0-9 and "-", with no "-" at either end')
  .meta({
    description:
      'The id: 1 to 64 of a–z, 0–9 and "-", with no "-" at either end. It is used in URLs, in the database and in assertions, and never changes.',
  });

/** One text for all languages, or one per language. */
const words = (max: number) => z.union([text(max), z.strictObject({ en: text(max), nl: text(max) })]);

const organisationText = z.strictObject({
  text: words(2000).meta({ description: 'The text. It is always shown as plain text.' }),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ description: 'The address of a page with more, shown as a link.' }),
});

const help = organisationText.meta({
  description: "Shown below every step: whom to ask for help, and a link to the organisation's own instructions.",
});

const remember = z
  .strictObject({
    choices: z
      .array(z.enum(durations))
      .min(1)
      .max(durations.length)
      .default([...durations])
      .meta({ description: 'How long a user may have a device remembered.' }),
    default: z
      .enum(durations)
      .default('12h')
      .meta({ description: 'The choice that is made already: one of the choices.' }),
  })
  .refine((value) => value.choices.includes(value.default), { path: ['default'], error: 'expected one of the choices' })
  .refine((value) => new Set(value.choices).size === value.choices.length, {
    path: ['choices'],
    error: 'expected each choice once',
  })
  .meta({
    description: 'How long a device may be remembered. With "never" as the only choice, no device is remembered.',
  });

const locks = z
  .strictObject({
    soft: z
      .int()
      .min(3)
      .max(100)
      .default(10)
      .meta({ description: 'The number of failures after which the first temporary lock starts (D7).' }),
    hard: z.int().min(10).max(100).default(100).meta({
      description:
        'The number of failures since the last success after which the credential is disabled (NIST SP 800-63B-4 §3.2.2).',
    }),
    firstWaitSeconds: z.int().min(1).max(3600).default(60).meta({ description: 'The first wait, in seconds.' }),
    maxWaitSeconds: z.int().min(1).max(86_400).default(3600).meta({ description: 'The longest wait, in seconds.' }),
    ways: z
      .array(z.enum(unlockWays).exclude(['reset']))
      .min(1)
      .max(4)
      .default(['wait', 'helpdesk'])
      .meta({ description: 'What the locked step offers. It offers the same for usernames that do not exist.' }),
  })
  .refine((value) => value.soft <= value.hard, { path: ['hard'], error: 'expected at least the soft limit' })
  .refine((value) => value.firstWaitSeconds <= value.maxWaitSeconds, {
    path: ['maxWaitSeconds'],
    error: 'expected at least firstWaitSeconds',
  })
  .meta({ description: 'The soft and the hard limit. Each wait is twice the previous one, up to the maximum.' });

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'expected a time zone such as Europe/Amsterdam')
  .default('UTC')
  .meta({ description: 'The time zone of these days: a name of the IANA database.' });

const setUp = z
  .strictObject({
    from: z.iso
      .date()
      .optional()
      .meta({ description: 'The first day on which set-up is offered. By default it is offered immediately.' }),
    until: z.iso.date().optional().meta({ description: 'The last day on which set-up may be deferred (D8).' }),
    timeZone,
    explanation: organisationText
      .optional()
      .meta({ description: "The organisation's own explanation, with a link to a text or video." }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
    path: ['until'],
    error: 'expected a day that is not before from',
  })
  .meta({ description: 'When users without a second factor are asked to set one up.' });

const push = z
  .strictObject({
    match: z.enum(['six-digits', 'two-digits', 'yes']).default('six-digits').meta({
      description:
        'What a user does on the phone to approve a login. "six-digits": type the number of the login screen. "two-digits" and "yes" are easier to phish, so they reach only aal1, and never serve for a step-up, a change of factors or a remembered device (D2).',
    }),
  })
  .meta({ description: 'How logins are approved on a linked phone.' });

type MethodNames = typeof setUpMethods;

/** The methods that users may set up, out of those of the server. */
const methodsAmong = (names: MethodNames) =>
  z
    .array(
      z.strictObject({
        method: z.enum(names).meta({ description: 'The method.' }),
        recommended: z.boolean().optional().meta({ description: 'Whether the method is marked as recommended.' }),
        note: words(300).optional().meta({ description: 'Why the method is recommended, or what it costs.' }),
      }),
    )
    .min(1)
    .refine((list) => new Set(list.map(({ method }) => method)).size === list.length, 'expected each method once')
    .default([{ method: 'totp' }])
    .transform((list) => withPasskey(list, names))
    .meta({
      description:
        'The methods that users may set up, in the order in which they are shown. With "passkey" users can log in with a passkey, too. It is added where "sms" is offered, because text messages can be intercepted (R27). By default only an authenticator app.',
    });

/** A server without this method has no organisation with it. */
const isSms = (method: string): boolean => method === 'sms';

/** R27: a passkey is always among the choices where text messages are. */
function withPasskey<T extends { method: MethodNames[number] }>(list: T[], names: MethodNames): T[] {
  const has = (name: string): boolean => list.some(({ method }) => method === name);
  const isMissing = has('sms') && !has('passkey') && names.includes('passkey');
  return isMissing ? [...list, { method: 'passkey' } as T] : list;
}

const moveFromSms = (names: MethodNames) =>
  z
    .strictObject({
      to: z.enum(names).meta({ description: 'The method that replaces text messages.' }),
      from: z.iso
        .date()
        .optional()
        .meta({ description: 'The first day of the offer. By default it begins immediately.' }),
      until: z.iso.date().optional().meta({ description: 'The last day on which the offer may be deferred.' }),
      timeZone,
    })
    .refine(({ to }) => !isSms(to), { path: ['to'], error: 'expected another method than sms' })
    .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
      path: ['until'],
      error: 'expected a day that is not before from',
    })
    .meta({
      description:
        'Moves users from text messages to another method: a login with a text message offers to set it up, and must after "until". The phone number then ends.',
    });

const policyWith = (names: MethodNames) =>
  z
    .strictObject({
      factor: z
        .enum(['mandatory', 'optional'])
        .default('mandatory')
        .meta({ description: 'Whether every user must have a second factor.' }),
      authenticators: z.enum(['many', 'one']).default('many').meta({
        description:
          '"one": the newest authenticator replaces the others immediately. "many": a user may have several, each with a name and revocable (D4).',
      }),
      remember: remember.prefault({}),
      locks: locks.prefault({}),
      recoveryCodes: z.boolean().default(true).meta({ description: 'Whether recovery codes are issued and accepted.' }),
      confirmPassword: z.enum(['when-stale', 'always']).default('when-stale').meta({
        description:
          'When the password is required again before set-up: if it was entered more than 5 minutes ago, or always.',
      }),
      resetBy: z.enum(['factor', 'mail']).default('factor').meta({
        description:
          'What a new authenticator requires after a reset by email. "factor": the old factor, a recovery code or a help-desk code. "mail": nothing more, which is weaker, because anyone who can read the mailbox can then take over the account (D6).',
      }),
      mayReusePassword: z.boolean().default(false).meta({
        description: 'Whether the old password may be kept in a reset.',
      }),
      passwordExpiresAfterDays: z.int().min(1).max(3650).optional().meta({
        description:
          'After how many days a login asks for a new password, after the second factor. Off by default: NIST SP 800-63B-4 §3.1.1.2 forbids it without evidence of a compromise, because it leads to weaker passwords. Only for organisations that are obliged to do it (D13).',
      }),
      selfRegistration: z.boolean().default(false).meta({
        description: 'Whether users may create their own accounts. Only possible if usernames are email addresses.',
      }),
      setUp: setUp.optional(),
      methods: methodsAmong(names),
      push: push.prefault({}),
      offerPasskeys: z.boolean().default(true).meta({
        description:
          'Whether a login offers a passkey to users who have another second factor, if "methods" has "passkey". After "not now" a user is not asked again for 30 days.',
      }),
      sms: sms.optional(),
      clients,
      handOver,
      moveFromSms: moveFromSms(names).optional(),
      emailCodes: z.boolean().default(false).meta({
        description:
          'Whether a login of an account without another second factor asks for a code by email. NIST SP 800-63B-4 §3.1.3.1 does not accept email as a second factor: such a login has acr "aal1", and the code satisfies no step-up and no change of a factor. It goes only to an address that the user has confirmed (D14). Not together with "resetBy": "mail", because the mailbox alone would give access to the account (D11).',
      }),
    })
    .refine(({ methods, sms: given }) => given !== undefined || !methods.some(({ method }) => isSms(method)), {
      path: ['sms'],
      error: 'expected "sms": {"country": "NL"} or another country, because the methods include sms',
    })
    .refine(({ methods, moveFromSms: move }) => !move || methods.some(({ method }) => method === move.to), {
      path: ['moveFromSms', 'to'],
      error: 'expected one of the methods of the policy',
    })
    .refine(({ emailCodes, resetBy }) => !emailCodes || resetBy !== 'mail', {
      path: ['emailCodes'],
      error: 'expected false with "resetBy": "mail", because the mailbox alone would give access to the account',
    })
    .refine(({ factor, setUp: days }) => factor === 'optional' || (days?.from ?? days?.until) === undefined, {
      path: ['setUp'],
      error: 'expected days only where factor is "optional"',
    })
    .meta({ description: 'The rules of an organisation. Only the server applies them.' });

const page = z
  .url({ protocol: /^https?$/ })
  .refine((value) => isSecure(value), 'expected https (plain http is for localhost only)')
  .refine(
    (value) => URL.parse(value)?.hash === '',
    'expected an address without a fragment, because the link adds its own',
  )
  .optional();

const pageOf = (description: string) => page.meta({ description });

const pages = z
  .strictObject({
    activate: pageOf('Where a user activates an account.'),
    reset: pageOf('Where a user chooses a new password.'),
    unlock: pageOf('Where a user lifts a lock.'),
    register: pageOf('Where a user creates an account.'),
    settings: pageOf('The settings page, to which notices lead.'),
  })
  .meta({
    description:
      'The complete addresses of the pages that emails lead to. Default: /account below the base URL of the server, and /settings for settings (R33).',
  });

const origin = z
  .url({ protocol: /^https?$/ })
  .refine((value) => URL.parse(value)?.origin === value, 'expected only an origin, such as https://portal.example')
  .refine((value) => isSecure(value), 'expected https (plain http is for localhost only)');

const passkeys = z
  .strictObject({
    rpId: z
      .string()
      .max(253)
      .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'expected a host name')
      .optional()
      .meta({
        description:
          "The relying party id of passkeys: the host name of the pages that use them, or a parent domain of it. It can't be changed later, because passkeys are bound to it. Default: the host name of the base URL.",
      }),
    origins: z.array(origin).max(20).default([]).meta({
      description:
        'Further origins whose pages use these passkeys. Those outside the relying party id need /.well-known/webauthn there.',
    }),
  })
  .meta({ description: 'Where the passkeys of the organisation are used.' });

/** An organisation as it is given in its file or in `options.organisations`. */
const schemaWith = (names: MethodNames) =>
  z
    .strictObject({
      id: slug,
      name: text(200).meta({ description: 'The name that users see. It is always shown as plain text.' }),
      username: z.enum(['username', 'email']).default('username').meta({ description: 'What users log in with.' }),
      language: z
        .enum(languages)
        .default('en')
        .meta({ description: 'The language of emails to users whose language is unknown.' }),
      help: help.optional(),
      policy: policyWith(names).prefault({}),
      returnTo: z
        .array(origin)
        .max(100)
        .default([])
        .meta({ description: 'The origins that a login may return to (R70).' }),
      pages: pages.prefault({}),
      passkeys: passkeys.optional(),
    })
    .refine((value) => value.username === 'email' || !value.policy.selfRegistration, {
      path: ['policy', 'selfRegistration'],
      error: 'expected "username": "email" as well, because a registration is confirmed by email',
    })
    .meta({ title: 'Tweestap organisation', description: 'An organisation: its name, help and policy.' });

const organisationSchema = schemaWith(setUpMethods);

function isSecure(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'https:' || isLoopbackHost(url.hostname));
}

/** An organisation as it may be written: every field with a default is optional. */
export type OrganisationInput = z.input<typeof organisationSchema>;
/** An organisation with all defaults filled in. */
export type OrganisationDefinition = z.output<typeof organisationSchema>;
/** The rules of an organisation. */
export type Policy = OrganisationDefinition['policy'];
/** The limits and waits for wrong passwords and codes. */
export type LockPolicy = Policy['locks'];
/** To which phone numbers codes are sent, and how many. */
export type SmsPolicy = NonNullable<Policy['sms']>;
/** A text of the organisation, with an optional link. */
export type OrganisationText = NonNullable<OrganisationDefinition['help']>;

/** The published JSON Schema (draft 2020-12) of an organisation, as it may be written. */
export const organisationJsonSchema: object = z.toJSONSchema(organisationSchema, { io: 'input' });

/** The definition of an organisation is invalid. */
export class OrganisationError extends Error {
  readonly code = 'bad-organisation';
  /** The path of the invalid value, for example `policy.locks.soft`; empty for the organisation itself. */
  readonly path: string;
  /** What was expected there, for example `expected at least the soft limit`. */
  readonly expected: string;
  constructor(path: string, expected: string) {
    super(`Organisation: ${path || 'the definition'}: ${expected}.`);
    this.name = 'OrganisationError';
    this.path = path;
    this.expected = expected;
  }
}

/**
 * Checks an organisation and fills in the defaults.
 * @param methods the methods that a policy may allow; default: the methods of the protocol
 * @throws OrganisationError for the first invalid value
 */
export function parseOrganisation(value: unknown, methods: readonly string[] = setUpMethods): OrganisationDefinition {
  // Creating a schema takes too long for a login, so one is created only for a server with further methods.
  const builtIn: readonly string[] = setUpMethods;
  const isBuiltIn = methods.length > 0 && methods.every((method) => builtIn.includes(method));
  // The type contains only the methods of the protocol.
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
