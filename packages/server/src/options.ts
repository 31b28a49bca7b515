import { z } from 'zod';
import { ownCostFault } from './accounts/import-cost.ts';
import type { PasswordHasherOptions } from './accounts/password-hasher.ts';
import { type Monotonic, systemMonotonic } from './clock-guard.ts';
import { type Keyring, KeyringError, parseKeyring } from './crypto/keyring.ts';
import { type Clock, type Random, systemClock, systemRandom } from './crypto/tokens.ts';
import { clientAddressReader, type Hop } from './http/client-address.ts';
import type { Logger } from './log.ts';
import { createSmtp } from './mail/smtp.ts';
import { parseSmtpAddress, SmtpAddressError } from './mail/smtp-address.ts';
import type { MailTransport } from './mail/transport.ts';
import {
  type OrganisationDefinition,
  OrganisationError,
  type OrganisationInput,
  parseOrganisation,
} from './organisations/schema.ts';
import { DEFAULT_THROTTLE, type ThrottleSettings } from './throttle/settings.ts';

/** How verbose the default logger is. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

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

const fn = (what: string) => z.custom<unknown>((value) => typeof value === 'function', what);
const isLogger = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['debug', 'info', 'warn', 'error'].every((name) => typeof (value as Record<string, unknown>)[name] === 'function');

const isTransport = (value: unknown): boolean =>
  typeof value === 'string' ||
  value === false ||
  (typeof value === 'object' &&
    value !== null &&
    ['send', 'close'].every((name) => typeof (value as Record<string, unknown>)[name] === 'function'));

const shape = z.strictObject({
  database: z.string('expected a file’s path or a postgres:// address').min(1, 'expected a file’s path or an address'),
  encryptionKeys: z.string('expected id:base64(32 bytes), comma-separated'),
  baseUrl: z.string('expected an address like https://portal.example'),
  mountPath: z.string().optional(),
  organisations: z.array(z.unknown(), 'expected a list of organisations').optional(),
  origins: z.array(z.string(), 'expected a list of origins').optional(),
  trustedProxies: z.array(z.string(), 'expected a list of addresses').optional(),
  mail: z
    .custom<unknown>(isTransport, 'expected an address like smtp://host, an object with send and close, or false')
    .optional(),
  logger: z.custom<unknown>(isLogger, 'expected an object with debug, info, warn and error').optional(),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).optional(),
  throttle: z
    .strictObject({
      failures: z.int().min(1).max(1_000_000).optional(),
      codes: z.int().min(1).max(1_000_000).optional(),
      perAccount: z.int().min(1).max(1_000_000).optional(),
      stoppedLogins: z.int().min(1).max(1_000_000).optional(),
      windowSeconds: z.int().min(1).max(86_400).optional(),
    })
    .optional(),
  hasher: z
    .strictObject({
      concurrency: z.int().min(1).max(1024).optional(),
      queueLimit: z.int().min(0).max(100_000).optional(),
      addressLimit: z.int().min(1).max(100_000).optional(),
      parameters: z.strictObject({ memory: z.int(), passes: z.int(), lanes: z.int() }).optional(),
    })
    .optional(),
  clock: fn('expected a function that answers milliseconds since the epoch').optional(),
  monotonic: fn('expected a function that answers milliseconds that never go back').optional(),
  random: fn('expected a function that answers that many bytes').optional(),
});

/** Checks the options and fills in the defaults. @throws OptionsError that names every wrong one */
export function resolveOptions(options: TweestapOptions): ResolvedOptions {
  const parsed = shape.safeParse(options);
  if (!parsed.success) throw new OptionsError(parsed.error.issues.map(shapeLine));
  const lines: string[] = [];
  const attempt = <T>(read: () => T, fallback: T): T => {
    try {
      return read();
    } catch (error) {
      lines.push(lineOf(error));
      return fallback;
    }
  };
  const { random = systemRandom, clock = systemClock } = options;
  const base = attempt(() => readBaseUrl(options.baseUrl), new URL('https://localhost'));
  const resolved: Omit<ResolvedOptions, 'keyring'> & { keyring: Keyring | undefined } = {
    database: options.database,
    keyring: attempt(() => readKeyring(options.encryptionKeys, random), undefined),
    baseUrl: base.href.replace(/\/$/, ''),
    secure: base.protocol === 'https:',
    mountPath: attempt(() => readMountPath(options.mountPath ?? '/mfa/v1'), ''),
    organisations: attempt(() => readOrganisations(options.organisations ?? []), []),
    origins: [base.origin, ...(options.origins ?? []).map((origin) => attempt(() => readOrigin(origin), ''))],
    addressOf: attempt(
      () => readProxies(options.trustedProxies ?? []),
      () => '',
    ),
    mail: attempt(() => readMail(options.mail, base), undefined),
    logger: options.logger,
    logLevel: options.logLevel ?? 'info',
    throttle: throttleOf(options.throttle),
    hasher: attempt(() => readHasher(options.hasher ?? {}), {}),
    clock,
    monotonic: options.monotonic ?? (options.clock ? undefined : systemMonotonic),
    random,
  };
  const { keyring } = resolved;
  if (lines.length > 0 || !keyring) throw new OptionsError(lines);
  return { ...resolved, keyring };
}

function throttleOf({ stoppedLogins, windowSeconds, ...rest }: ThrottleOptions = {}): ThrottleSettings {
  const { stopped, window, ...defaults } = DEFAULT_THROTTLE;
  return {
    failures: rest.failures ?? defaults.failures,
    codes: rest.codes ?? defaults.codes,
    perAccount: rest.perAccount ?? defaults.perAccount,
    stopped: stoppedLogins ?? stopped,
    window: windowSeconds === undefined ? window : windowSeconds * 1000,
  };
}

/** A check's own sentence, with the name of the option in front. */
class WrongOption extends Error {}

const lineOf = (error: unknown): string => {
  if (error instanceof WrongOption) return error.message;
  throw error;
};

const shapeLine = ({ path, message, code, ...issue }: z.core.$ZodIssue): string =>
  code === 'unrecognized_keys' && 'keys' in issue
    ? `${[...path, ...(issue.keys as string[])].map(String).join('.')}: there is no such option.`
    : `${path.map(String).join('.') || 'options'}: ${message.replace(/^Invalid input: /, '').replace(/\.$/, '')}.`;

function readBaseUrl(text: string): URL {
  const url = URL.parse(text);
  const plain = url && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!plain || !['https:', 'http:'].includes(url.protocol)) {
    throw new WrongOption('baseUrl: expected an address like https://portal.example, without query or fragment.');
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new WrongOption('baseUrl: expected https; plain http does for localhost only, cookies need a secure origin.');
  }
  return url;
}

const isLoopback = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

function readOrigin(text: string): string {
  const url = URL.parse(text);
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.origin !== text) {
    throw new WrongOption(
      `origins: "${text.slice(0, 100)}" is no origin; expected for example https://portal.example.`,
    );
  }
  return text;
}

function readMountPath(text: string): string {
  if (!/^(?:\/[A-Za-z0-9._~-]+)+$/.test(text)) {
    throw new WrongOption('mountPath: expected a path like /mfa/v1, without a slash at its end.');
  }
  return text;
}

function readKeyring(text: string, random: Random): Keyring {
  try {
    return parseKeyring(text, random);
  } catch (error) {
    if (error instanceof KeyringError) throw new WrongOption(`encryptionKeys: ${error.message}`);
    throw error;
  }
}

/** R54: the server's own hashes have the limit of imported ones, so that every password answer fits under the floor. */
function readHasher(hasher: ResolvedOptions['hasher']): ResolvedOptions['hasher'] {
  const fault = hasher.parameters && ownCostFault(hasher.parameters);
  if (fault) throw new WrongOption(`hasher.parameters: ${fault}.`);
  return hasher;
}

function readMail(mail: TweestapOptions['mail'], base: URL): ResolvedOptions['mail'] {
  if (typeof mail !== 'string') return mail;
  try {
    const address = parseSmtpAddress(mail);
    return createSmtp({ ...address, from: address.from ?? `noreply@${base.hostname}` });
  } catch (error) {
    if (error instanceof SmtpAddressError) throw new WrongOption(`mail: ${error.message}.`);
    throw error;
  }
}

function readOrganisations(values: readonly unknown[]): OrganisationDefinition[] {
  const found: OrganisationDefinition[] = [];
  for (const [index, value] of values.entries()) {
    try {
      found.push(parseOrganisation(value));
    } catch (error) {
      if (!(error instanceof OrganisationError)) throw error;
      const where = ['organisations', index, ...(error.path ? [error.path] : [])].join('.');
      throw new WrongOption(`${where}: ${error.expected}.`);
    }
  }
  const twice = found.find(({ id }, index) => found.findIndex((other) => other.id === id) !== index);
  if (twice) throw new WrongOption(`organisations: the id "${twice.id}" stands twice.`);
  return found;
}

function readProxies(entries: readonly string[]): (hop: Hop) => string {
  try {
    return clientAddressReader(entries);
  } catch (error) {
    if (error instanceof RangeError) throw new WrongOption(`trustedProxies: ${error.message}.`);
    throw error;
  }
}
