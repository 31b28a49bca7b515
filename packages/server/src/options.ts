import { z } from 'zod';
import { ownCostFault } from './accounts/import-cost.ts';
import type { PasswordHasherOptions } from './accounts/password-hasher.ts';
import { type Keyring, parseKeyring } from './crypto/keyring.ts';
import { type Clock, type Random, systemClock, systemRandom } from './crypto/tokens.ts';
import { clientAddressReader } from './http/caller.ts';
import type { Hop } from './http/route-table.ts';
import { createSmtp } from './mail/smtp.ts';
import { parseSmtpAddress } from './mail/smtp-address.ts';
import type { MailTransport } from './mail/transport.ts';
import {
  type OrganisationDefinition,
  OrganisationError,
  type OrganisationInput,
  parseOrganisation,
} from './organisations/schema.ts';
import { type Monotonic, systemMonotonic } from './runtime/clock-guard.ts';
import type { Logger } from './runtime/log.ts';
import {
  baseUrl,
  checkSmtpAddress,
  database,
  encryptionKeys,
  faultLines,
  type LogLevel,
  logLevel,
  shown,
  trustedProxies,
} from './setting-fields.ts';
import { DEFAULT_THROTTLE, type ThrottleSettings } from './throttle/throttle.ts';

/** Numbers of failures; above them attempts are refused with `throttled` and a `Retry-After` that doubles each time. */
export interface ThrottleOptions {
  /** Wrong passwords and asked mails of one address in a window, over all organisations. Default 300. */
  failures?: number;
  /** Wrong codes of one address in a window, over all accounts. Default 300. */
  codes?: number;
  /** Failures of one address, or of one known device, on one account in a window. Default 30. */
  perAccount?: number;
  /** Accounts whose login may stop after a right password at one address in an hour (password stuffing). Default 100. */
  stoppedLogins?: number;
  /** Length of a window. Default 600. */
  windowSeconds?: number;
}

/** What `createTweestap` is told. Only the first three have no default. */
export interface TweestapOptions {
  /** A file's path (embedded SQLite, made when absent) or a `postgres://` address. */
  database: string;
  /** `id:base64(32 bytes)`, comma-separated. The first seals, all of them open: put a new key first to change keys. */
  encryptionKeys: string;
  /** Where people reach the server, for example `https://portal.example`. Plain http for localhost only. */
  baseUrl: string;
  /** Where the API stands below the origin. Default `/mfa/v1`. */
  mountPath?: string;
  /** Organisations to add, or to bring up to date, at start. Others in the database stay as they are. */
  organisations?: readonly OrganisationInput[];
  /** Further origins that this server is reached under; the base URL's own is always one. */
  origins?: readonly string[];
  /** Addresses and CIDR ranges of the proxies whose `X-Forwarded-For` is believed; `unix` for a Unix socket. */
  trustedProxies?: readonly string[];
  /**
   * Where mail goes: `smtp[s]://user:password@host:587?from=portal@example.org`, or a transport of your own. Without it
   * mail waits in the outbox, and a line in the log says so; `false` says that this is meant.
   */
  mail?: string | MailTransport | false;
  /** pino's, or anything with `debug`, `info`, `warn` and `error`. Default: pino to standard output. */
  logger?: Logger;
  /** Of the default logger. Default `info`. */
  logLevel?: LogLevel;
  /** What one address, and one known device, may get wrong before each further attempt has to wait. */
  throttle?: ThrottleOptions;
  /** Password hashing: parameters, how many at a time, how many may wait in all and of one address. */
  hasher?: Omit<PasswordHasherOptions, 'random'>;
  /** Milliseconds since the epoch; for a server whose time is driven from outside. Default: the machine's clock. */
  clock?: Clock;
  /**
   * Milliseconds that never go back: requests are refused while `clock` is more than five seconds behind it. Default: the
   * machine's, or none where a `clock` is given.
   */
  monotonic?: Monotonic;
  /** Unpredictable bytes, for example of a hardware generator. Default: the operating system's. */
  random?: Random;
}

/** The options, checked, with every default filled in. */
export interface ResolvedOptions {
  database: string;
  keyring: Keyring;
  /** Without a slash at its end. */
  baseUrl: string;
  secure: boolean;
  mountPath: string;
  organisations: OrganisationDefinition[];
  /** Serialised, the base URL's first. */
  origins: string[];
  addressOf(hop: Hop): string;
  mail: MailTransport | false | undefined;
  logger: Logger | undefined;
  logLevel: LogLevel;
  throttle: ThrottleSettings;
  hasher: Omit<PasswordHasherOptions, 'random'>;
  clock: Clock;
  /** Undefined where no monotonic clock belongs to the clock. */
  monotonic: Monotonic | undefined;
  random: Random;
}

/** One or several options are wrong; `message` has a line for each, with its name and what was expected. */
export class OptionsError extends Error {
  readonly code = 'bad-options';
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'OptionsError';
    this.lines = lines;
  }
}

const hasMethods = (value: unknown, ...names: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function');

const fn = <T>(answers: string) =>
  z.custom<T>((value) => typeof value === 'function', `must be a function that returns ${answers}`);

const count = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message).optional();
};

const group = (message: string) => ({
  error: ({ code }: { code: string }) => (code === 'unrecognized_keys' ? undefined : message),
});

const origin = z.string('must be an origin such as https://portal.example').refine(
  (value) => {
    const url = URL.parse(value);
    return url !== null && ['https:', 'http:'].includes(url.protocol) && url.origin === value;
  },
  { error: ({ input }) => `must be an origin such as https://portal.example, got ${shown(input)}` },
);

const organisations = z
  .array(z.unknown(), 'must be a list of organisations')
  .transform((values, context) => values.map((value, index) => readOrganisation(value, index, context)))
  .superRefine((found, context) => {
    const repeated = found.find((each, index) => found.findIndex((other) => other?.id === each?.id) !== index);
    if (repeated) context.addIssue(`must have different ids, "${repeated.id}" is duplicate`);
  });

function readOrganisation(value: unknown, index: number, context: z.RefinementCtx): OrganisationDefinition {
  try {
    return parseOrganisation(value);
  } catch (error) {
    if (!(error instanceof OrganisationError)) throw error;
    const path = [index, ...(error.path ? error.path.split('.') : [])];
    context.addIssue({ code: 'custom', path, message: `is wrong: ${error.expected}`, input: value });
    return z.NEVER;
  }
}

const WHOLE = 'must be a whole number';
const mail = z
  .custom<NonNullable<TweestapOptions['mail']>>(
    (value) => typeof value === 'string' || value === false || hasMethods(value, 'send', 'close'),
    'must be an smtp:// address, an object with send and close, or false',
  )
  .superRefine((value, context) => {
    if (typeof value === 'string') checkSmtpAddress(value, context);
  });

/** Each option with its rule and, where it has one, its default. */
const schema = z.strictObject(
  {
    database,
    encryptionKeys,
    baseUrl,
    mountPath: z
      .string('must be a path such as /mfa/v1')
      .regex(/^(?:\/[A-Za-z0-9._~-]+)+$/, 'must be a path such as /mfa/v1, without a slash at its end')
      .default('/mfa/v1'),
    organisations: organisations.default([]),
    origins: z.array(origin, 'must be a list of origins').default([]),
    trustedProxies: trustedProxies.default([]),
    mail: mail.optional(),
    logger: z
      .custom<Logger>(
        (value) => hasMethods(value, 'debug', 'info', 'warn', 'error'),
        'must be an object with debug, info, warn and error',
      )
      .optional(),
    logLevel: logLevel.default('info'),
    throttle: z
      .strictObject(
        {
          failures: count(1, 1_000_000),
          codes: count(1, 1_000_000),
          perAccount: count(1, 1_000_000),
          stoppedLogins: count(1, 1_000_000),
          windowSeconds: count(1, 86_400),
        },
        group('must be an object of numbers'),
      )
      .optional(),
    hasher: z
      .strictObject(
        {
          concurrency: count(1, 1024),
          queueLimit: count(0, 100_000),
          addressLimit: count(1, 100_000),
          parameters: z
            .strictObject(
              { memory: z.int(WHOLE), passes: z.int(WHOLE), lanes: z.int(WHOLE) },
              group('must be an object with memory, passes and lanes'),
            )
            // R54: the server's own hashes have the limit of imported ones, so that every password answer fits under the floor.
            .superRefine((parameters, context) => {
              const fault = ownCostFault(parameters);
              if (fault) context.addIssue(`is wrong: ${fault}`);
            })
            .optional(),
        },
        group('must be an object'),
      )
      .optional(),
    clock: fn<Clock>('milliseconds since the epoch').optional(),
    monotonic: fn<Monotonic>('milliseconds that never go back').optional(),
    random: fn<Random>('that many bytes').optional(),
  },
  group('must be an object'),
);

/** Checks the options and fills in the defaults. @throws OptionsError that names every wrong one */
export function resolveOptions(options: TweestapOptions): ResolvedOptions {
  const parsed = schema.safeParse(options);
  if (!parsed.success) throw new OptionsError(faultLines(parsed.error));
  const { encryptionKeys: keys, trustedProxies: proxies, throttle, ...given } = parsed.data;
  const { random = systemRandom, clock = systemClock } = given;
  const base = new URL(given.baseUrl);
  return {
    ...given,
    keyring: parseKeyring(keys, random),
    secure: base.protocol === 'https:',
    origins: [base.origin, ...given.origins],
    addressOf: clientAddressReader(proxies),
    mail: typeof given.mail === 'string' ? smtpOf(given.mail, base) : given.mail,
    logger: given.logger,
    throttle: throttleOf(throttle),
    hasher: options.hasher ?? {},
    clock,
    monotonic: given.monotonic ?? (given.clock ? undefined : systemMonotonic),
    random,
  };
}

function smtpOf(text: string, base: URL): MailTransport {
  const address = parseSmtpAddress(text);
  return createSmtp({ ...address, from: address.from ?? `noreply@${base.hostname}` });
}

type GivenThrottle = { [K in keyof ThrottleOptions]: ThrottleOptions[K] | undefined };

function throttleOf({ stoppedLogins, windowSeconds, ...rest }: GivenThrottle = {}): ThrottleSettings {
  const { stopped, window, ...defaults } = DEFAULT_THROTTLE;
  return {
    failures: rest.failures ?? defaults.failures,
    codes: rest.codes ?? defaults.codes,
    perAccount: rest.perAccount ?? defaults.perAccount,
    stopped: stoppedLogins ?? stopped,
    window: windowSeconds === undefined ? window : windowSeconds * 1000,
  };
}
