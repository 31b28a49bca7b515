import { KeyringError, parseKeyring } from './crypto/keyring.ts';
import { clientAddressReader } from './http/client-address.ts';
import { parseSmtpAddress, SmtpAddressError } from './mail/smtp-address.ts';
import type { LogLevel } from './options.ts';

/** What the environment says about a server that stands by itself. Names and forms: docs, 'settings'. */
export interface Settings {
  port: number;
  host: string;
  /** A file's path or a `postgres://` address. */
  database: string;
  /** Without a slash at its end. */
  baseUrl: string;
  /** `id:base64(32 bytes)`, comma-separated, the first writes. */
  encryptionKeys: string;
  trustedProxies: string[];
  /** `smtp[s]://user:password@host:port?from=address`; absent: mail waits in the outbox. */
  mail?: string;
  logLevel: LogLevel;
}

/** One or several settings are wrong: `lines` has one for each, naming it and what was expected. */
export class SettingsError extends Error {
  readonly code = 'bad-settings';
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'SettingsError';
    this.lines = lines;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;
const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];
const MAKE_KEY = 'for example TWEESTAP_ENCRYPTION_KEYS="main:$(openssl rand -base64 32)"';

/**
 * Reads and checks the settings of a server; an empty variable counts as absent.
 * @throws SettingsError that names every wrong one
 */
export function readSettings(env: Environment): Settings {
  const faults = new Faults();
  const port = faults.take(() => readPort(env.PORT || '3000'), 0);
  const settings: Settings = {
    port,
    host: faults.take(() => readHost(env.HOST || '127.0.0.1'), ''),
    database: faults.take(() => readDatabase(env), ''),
    baseUrl: faults.take(() => readBaseUrl(env.TWEESTAP_BASE_URL || `http://localhost:${port}`), ''),
    encryptionKeys: faults.take(() => readKeys(env), ''),
    trustedProxies: faults.take(() => readProxies(env.TWEESTAP_TRUSTED_PROXIES ?? ''), []),
    ...(env.TWEESTAP_SMTP ? { mail: faults.take(() => readMail(env.TWEESTAP_SMTP ?? ''), '') } : {}),
    logLevel: faults.take(() => readLevel(env.TWEESTAP_LOG_LEVEL || 'info'), 'info'),
  };
  faults.raise();
  return settings;
}

/**
 * The settings that the command line needs. The base URL has no default there: a link to this machine in somebody's mail
 * would be worse than none. @throws SettingsError
 */
export function readStoreSettings(
  env: Environment,
): Pick<Settings, 'database' | 'encryptionKeys'> & { baseUrl: string | undefined } {
  const faults = new Faults();
  const settings = {
    database: faults.take(() => readDatabase(env), ''),
    encryptionKeys: faults.take(() => readKeys(env), ''),
    baseUrl: env.TWEESTAP_BASE_URL ? faults.take(() => readBaseUrl(env.TWEESTAP_BASE_URL ?? ''), '') : undefined,
  };
  faults.raise();
  return settings;
}

/** The database alone, for verbs that open no secret. @throws SettingsError */
export function readDatabaseSetting(env: Environment): string {
  const faults = new Faults();
  const database = faults.take(() => readDatabase(env), '');
  faults.raise();
  return database;
}

/** Collects what is wrong, so that all of it is told at once. */
class Faults {
  readonly #lines: string[] = [];
  take<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof WrongSetting)) throw error;
      this.#lines.push(error.message);
      return otherwise;
    }
  }
  raise(): void {
    if (this.#lines.length > 0) throw new SettingsError(this.#lines);
  }
}

class WrongSetting extends Error {}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new WrongSetting(`PORT is "${shown(text)}"; expected a number from 0 to 65535.`);
  }
  return port;
}

function readHost(text: string): string {
  if (/^[A-Za-z0-9.:_-]{1,253}$/.test(text)) return text;
  throw new WrongSetting(`HOST is "${shown(text)}"; expected an address or a name, such as 127.0.0.1 or 0.0.0.0.`);
}

function readDatabase(env: Environment): string {
  const text = env.TWEESTAP_DATABASE;
  const expected = "expected a file's path such as ./tweestap.db, or a postgres:// address";
  if (!text) throw new WrongSetting(`TWEESTAP_DATABASE is missing; ${expected}.`);
  // The text may hold a password: it is not repeated.
  if (/^postgres(ql)?:/.test(text)) {
    const url = URL.parse(text);
    if (url?.host && url.pathname.length > 1) return text;
    throw new WrongSetting('TWEESTAP_DATABASE is no whole address; expected postgres://user:password@host:5432/name.');
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text))
    throw new WrongSetting(`TWEESTAP_DATABASE names no such database; ${expected}.`);
  return text;
}

function readBaseUrl(text: string): string {
  const url = URL.parse(text);
  const plain = url && ['http:', 'https:'].includes(url.protocol) && !url.search && !url.hash && !url.username;
  if (!plain) {
    throw new WrongSetting(
      `TWEESTAP_BASE_URL is "${shown(text)}"; expected an address such as https://portal.example.`,
    );
  }
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    throw new WrongSetting('TWEESTAP_BASE_URL begins with http; expected https, plain http does for localhost only.');
  }
  return url.href.replace(/\/$/, '');
}

function readKeys(env: Environment): string {
  const text = env.TWEESTAP_ENCRYPTION_KEYS;
  const expected = 'expected id:base64(32 bytes), comma-separated, the first writes';
  if (!text) throw new WrongSetting(`TWEESTAP_ENCRYPTION_KEYS is missing; ${expected}, ${MAKE_KEY}.`);
  try {
    parseKeyring(text);
    return text;
  } catch (error) {
    if (error instanceof KeyringError) throw new WrongSetting(`TWEESTAP_ENCRYPTION_KEYS: ${error.message}`);
    throw error;
  }
}

function readProxies(text: string): string[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  try {
    clientAddressReader(entries);
    return entries;
  } catch (error) {
    if (error instanceof RangeError) throw new WrongSetting(`TWEESTAP_TRUSTED_PROXIES: ${error.message}.`);
    throw error;
  }
}

/** The text may hold a password: it is not repeated. */
function readMail(text: string): string {
  try {
    parseSmtpAddress(text);
    return text;
  } catch (error) {
    if (error instanceof SmtpAddressError) throw new WrongSetting(`TWEESTAP_SMTP: ${error.message}.`);
    throw error;
  }
}

function readLevel(text: string): LogLevel {
  const level = LEVELS.find((each) => each === text);
  if (level) return level;
  throw new WrongSetting(`TWEESTAP_LOG_LEVEL is "${shown(text)}"; expected one of ${LEVELS.join(', ')}.`);
}

/** One line, whatever stands in it. */
const shown = (text: string): string => JSON.stringify(text.slice(0, 80)).slice(1, -1);
