import type { z } from 'zod';
import type { PasswordHasherOptions } from './accounts/password-hasher.ts';
import { type Keyring, parseKeyring } from './crypto/keyring.ts';
import { type Clock, type Random, systemClock, systemRandom } from './crypto/tokens.ts';
import type { Directory } from './directory/directory.ts';
import { type EventHandlers, eventNames } from './events/server-events.ts';
import type { OtherOrigin } from './http/cors.ts';
import { createSmtp } from './mail/smtp.ts';
import { parseSmtpAddress } from './mail/smtp-address.ts';
import type { MailTransport } from './mail/transport.ts';
import { optionsSchema, type webPush } from './options-schema.ts';
import type { OrganisationDefinition, OrganisationInput } from './organisations/schema.ts';
import type { EndpointRules } from './push/web-push/endpoint.ts';
import type { VapidKeys } from './push/web-push/send.ts';
import { type Monotonic, systemMonotonic } from './runtime/clock-guard.ts';
import type { Logger } from './runtime/log.ts';
import { faultLines, type LogLevel } from './setting-fields.ts';
import type { DeliverySettings, SmsGateway } from './sms/gateway-settings.ts';
import type { SmsTransport } from './sms/transport.ts';
import { resolveSms } from './sms-option.ts';
import { DEFAULT_THROTTLE, type ThrottleSettings } from './throttle/throttle.ts';

/**
 * The limits for failures. Above a limit, attempts are refused with `throttled` and a `Retry-After` that doubles each
 * time.
 */
export interface ThrottleOptions {
  /** Wrong passwords and requests for email from one address in a window, over all organisations. Default 300. */
  failures?: number;
  /** Wrong codes from one address in a window, over all accounts. Default 300. */
  codes?: number;
  /** Failures from one address, or from one known device, on one account in a window. Default 30. */
  perAccount?: number;
  /**
   * Accounts for which a login from one address may stop after a correct password within an hour, against password
   * stuffing. Default 100.
   */
  stoppedLogins?: number;
  /** The length of a window in seconds. Default 600. */
  windowSeconds?: number;
}

/** A portal on another origin. */
export interface PortalOptions {
  /** The origin of its pages, for example `https://portal.example`. */
  origin: string;
  /** The ids of the organisations that its users may choose. Default: all. */
  organisations?: readonly string[];
}

/** The options of Web Push. */
export interface WebPushOptions {
  /** `public:private`, both in base64url, as `tweestap vapid-keys` makes them. */
  keys: string;
  /** A `mailto:` or `https:` address of the operator, for push services. Default: the base URL. */
  subject?: string;
  /** Host names of further push services; `*.` includes all hosts below. Default: those of the browsers only. */
  hosts?: readonly string[];
  /** Whether subscriptions may be on 127.0.0.1, for tests. Default: false. */
  loopback?: boolean;
}

/** The options of `createTweestap`. Only the first three are required. */
export interface TweestapOptions extends EventHandlers {
  /** The path of an SQLite file, which is created if it does not exist, or a `postgres://` address. */
  database: string;
  /**
   * The schema of the tables on PostgreSQL. It is created if it is missing. Default: `tweestap`; a database of an earlier
   * version keeps its tables where they are.
   */
  schema?: string;
  /** `id:base64(32 bytes)`, comma-separated. The first key encrypts, all keys decrypt. To rotate, put a new key first. */
  encryptionKeys: string;
  /**
   * The address at which users reach the server, for example `https://portal.example`. Plain http is for localhost
   * only.
   */
  baseUrl: string;
  /** The path of the API. Default `/mfa/v1`. */
  mountPath?: string;
  /** Organisations to add or update at start. Other organisations in the database stay unchanged. Default: none. */
  organisations?: readonly OrganisationInput[];
  /**
   * The portal's own user table: finds users and verifies their passwords (docs/guide/own-users.md). Default: the accounts are
   * in the database.
   */
  directory?: Directory;
  /**
   * The page to which `requireSession` redirects a page without a session: a path, or a URL. The address of the page is in
   * its parameter `return-to`. Default: `/login` below the base URL.
   */
  loginPage?: string;
  /** Further origins at which this server is reached, besides that of the base URL. They have https, or are on this machine. Default: none. */
  origins?: readonly string[];
  /**
   * Portals on other origins whose pages show `<mfa-login>` for this server (docs/guide/another-origin.md). Their logins set no
   * cookies and end in an assertion for the portal's server. Default: none.
   */
  portals?: readonly PortalOptions[];
  /**
   * Addresses and CIDR ranges of the proxies whose `X-Forwarded-For` is trusted; `unix` for a Unix socket. Default: none.
   */
  trustedProxies?: readonly string[];
  /**
   * The mail server, as `smtp[s]://user:password@host:587?from=portal@example.org`, or your own transport. Without it,
   * emails wait in the outbox, and a warning is logged at start. `false` turns that warning off. Default: none.
   */
  mail?: string | MailTransport | false;
  /**
   * The SMS gateway: the description of its HTTP API (docs/guide/sms.md), or your own transport. Without it, text messages wait
   * in the outbox until they expire, and a warning is logged at start if an organisation sends any. `false` turns that
   * warning off. Default: none.
   */
  sms?: SmsGateway | SmsTransport | false;
  /**
   * The VAPID keys with which phones are woken by Web Push, as `public:private` or with further push services. Without it, only
   * an open app shows a request. Default: none.
   */
  webPush?: string | WebPushOptions;
  /** A pino logger, or any object with `debug`, `info`, `warn` and `error`. Default: pino to standard output. */
  logger?: Logger;
  /** The level of the default logger. Default `info`. */
  logLevel?: LogLevel;
  /**
   * The limits for failures from one address or one known device, above which further attempts have to wait. Default: those
   * of `ThrottleOptions`.
   */
  throttle?: ThrottleOptions;
  /**
   * Password hashing: the parameters, and how many hashes may run or wait, in total and for one address. Default: those of
   * `PasswordHasherOptions`.
   */
  hasher?: Omit<PasswordHasherOptions, 'random'>;
  /** Returns the milliseconds since the epoch, for a server with a simulated time. Default: the system clock. */
  clock?: Clock;
  /**
   * Returns milliseconds that never decrease. Requests are refused while `clock` is more than five seconds behind it.
   * Default: the system's monotonic clock, or none if `clock` is given.
   */
  monotonic?: Monotonic;
  /** Returns unpredictable bytes, for example from a hardware generator. Default: the operating system's generator. */
  random?: Random;
}

/** The keys and rules of Web Push. */
interface WebPush {
  keys: VapidKeys;
  rules: EndpointRules;
}

/** The checked options, with all defaults filled in. */
export interface ResolvedOptions {
  database: string;
  schema?: string | undefined;
  keyring: Keyring;
  /** Without a trailing slash. */
  baseUrl: string;
  /** Whether the base URL is https, so that cookies are `Secure`. */
  secure: boolean;
  mountPath: string;
  organisations: OrganisationDefinition[];
  /** A path, or a URL. */
  loginPage: string;
  directory: Directory | undefined;
  /** Serialised origins; the first is that of the base URL. */
  origins: string[];
  /** The portals on other origins. */
  portals: OtherOrigin[];
  trustedProxies: string[];
  mail: MailTransport | false | undefined;
  sms: SmsTransport | false | undefined;
  /** How the SMS gateway signs its delivery reports; undefined if it sends none. */
  deliveries: DeliverySettings | undefined;
  webPush: WebPush | undefined;
  /** The event handlers of the portal. */
  handlers: EventHandlers;
  logger: Logger | undefined;
  logLevel: LogLevel;
  throttle: ThrottleSettings;
  hasher: Omit<PasswordHasherOptions, 'random'>;
  clock: Clock;
  /** Undefined if the clock has no monotonic counterpart. */
  monotonic: Monotonic | undefined;
  random: Random;
}

/** One or more options are wrong. The message has a line for each, with its name and what was expected. */
export class OptionsError extends Error {
  readonly code = 'bad-options';
  /** The lines of the message. */
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'OptionsError';
    this.lines = lines;
  }
}

/** Checks the options and fills in the defaults. @throws OptionsError with a line for each wrong option */
export function resolveOptions(options: TweestapOptions): ResolvedOptions {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) throw new OptionsError(faultLines(parsed.error));
  const { encryptionKeys: keys, throttle, ...given } = parsed.data;
  const { random = systemRandom, clock = systemClock } = given;
  const base = new URL(given.baseUrl);
  return {
    ...given,
    keyring: parseKeyring(keys, random),
    secure: base.protocol === 'https:',
    loginPage: given.loginPage ?? `${base.pathname.replace(/\/$/, '')}/login`,
    origins: [base.origin, ...given.origins],
    mail: typeof given.mail === 'string' ? smtpOf(given.mail, base) : given.mail,
    ...resolveSms(given.sms, clock),
    webPush: given.webPush && webPushOf(given.webPush, base),
    directory: given.directory,
    handlers: handlersOf(options),
    logger: given.logger,
    throttle: throttleOf(throttle),
    hasher: options.hasher ?? {},
    clock,
    monotonic: given.monotonic ?? (given.clock ? undefined : systemMonotonic),
    random,
  };
}

/** The event handlers among the options. They are called as methods of the options, so a class may be given. */
function handlersOf(options: EventHandlers): EventHandlers {
  const given = eventNames.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, (event: never) => options[name]?.(event)]));
}

function webPushOf({ keys, subject, hosts, loopback }: z.output<typeof webPush>, base: URL): WebPush {
  const [publicKey = '', privateKey = ''] = keys.split(':');
  // A push service accepts only https and mailto (RFC 8292 §2.1). A base URL with http is that of a developer.
  const operator = base.protocol === 'https:' ? base.origin : `mailto:postmaster@${base.hostname}`;
  return { keys: { subject: subject ?? operator, publicKey, privateKey }, rules: { hosts, loopback } };
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
