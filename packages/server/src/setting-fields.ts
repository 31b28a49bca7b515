import { z } from 'zod';
import { KeyringError, parseKeyring } from './crypto/keyring.ts';
import { clientAddressReader } from './http/caller.ts';
import { parseSmtpAddress, SmtpAddressError } from './mail/smtp-address.ts';
import { isSecurePage } from './organisations/secure-url.ts';
import { SCHEMA_NAME } from './store/postgres/choose-schema.ts';

/*
 * The fields that the settings (`TWEESTAP_*`) and the options of `createTweestap` have in common. Each message is the text
 * after the name of the setting or option: `must be …`, `is missing; …` or `is wrong: …`. Addresses and keys may contain a
 * password or a secret, so their messages never repeat the value.
 */

const DATABASE = 'a file path such as ./tweestap.db, or a postgres:// address';
const KEYS = 'id:base64(32 bytes), comma-separated, where the first key encrypts';
const MAKE_KEY = 'for example "main:$(openssl rand -base64 32)"';

/** Returns the schema of a required text. */
const text = (expected: string): z.ZodString =>
  z.string({
    error: ({ input }) => (input === undefined ? `is missing; expected ${expected}` : `must be ${expected}`),
  });

/** Returns a check that reports the error that a parser throws for a wrong value. */
const reads =
  <T>(parse: (value: T) => unknown, wrong: new (...args: never[]) => Error) =>
  (value: T, context: Pick<z.RefinementCtx, 'addIssue'>): void => {
    try {
      parse(value);
    } catch (error) {
      if (!(error instanceof wrong)) throw error;
      context.addIssue(`is wrong: ${error.message}`);
    }
  };

/** The field `database`. */
export const database = text(DATABASE)
  .min(1, `must be ${DATABASE}`)
  .superRefine((value, context) => {
    if (/^postgres(ql)?:/.test(value)) {
      const url = URL.parse(value);
      const whole = url && (url.host || url.searchParams.has('host')) && url.pathname.length > 1;
      if (!whole) context.addIssue('must be a complete address such as postgres://user:password@host:5432/name');
    } else if (/^[a-z][a-z0-9+.-]+:\/\//i.test(value)) context.addIssue(`must be ${DATABASE}`);
  });

const SCHEMA = 'a name of a PostgreSQL schema such as tweestap: a–z, 0–9 and _, not beginning with a digit or pg_';

/** The field `schema`. */
export const schemaName = z.string(`must be ${SCHEMA}`).regex(SCHEMA_NAME, {
  error: ({ input }) => `must be ${SCHEMA}, got ${shown(input)}`,
});

/** The check that a schema is given only with PostgreSQL. A file has none, so it would be ignored. */
export const SCHEMA_OF_FILE = 'must be absent with a file; only PostgreSQL has schemas';

/** The field `encryptionKeys`. */
export const encryptionKeys = text(`${KEYS}, ${MAKE_KEY}`).superRefine(
  reads((value: string) => parseKeyring(value), KeyringError),
);

/** The field `baseUrl`, without a trailing slash. */
export const baseUrl = text('an absolute https URL').transform((value, context) => {
  const url = URL.parse(value);
  if (!url || !['https:', 'http:'].includes(url.protocol) || !isSecurePage(value)) {
    const expected = url?.protocol === 'http:' ? 'https, plain http is for localhost only' : 'an absolute https URL';
    context.addIssue(`must be ${expected}, got ${shown(value)}`);
    return z.NEVER;
  }
  if (url.search || url.hash || url.username || url.password) {
    context.addIssue('must have no query, fragment, user or password, expected for example https://portal.example');
    return z.NEVER;
  }
  return url.href.replace(/\/$/, '');
});

/** The field `trustedProxies`. */
export const trustedProxies = z
  .array(z.string('must be an IP address or a CIDR range'), 'must be a list of IP addresses and CIDR ranges')
  .superRefine(reads(clientAddressReader, RangeError));

/** The check of a mail server's address: `smtp[s]://user:password@host:port?from=address`. */
export const checkSmtpAddress = reads(parseSmtpAddress, SmtpAddressError);

const VAPID = 'public:private, both in base64url (make them with: tweestap vapid-keys)';

/** The field of the VAPID keys (RFC 8292): an uncompressed P-256 point and a private key. */
export const vapidKeys = z.string().regex(/^B[A-Za-z0-9_-]{86}:[A-Za-z0-9_-]{43}$/, `must be ${VAPID}`);

/** The lowest level that the default logger writes. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const satisfies readonly LogLevel[];

/** The field `logLevel`. */
export const logLevel = z.enum(LEVELS, {
  error: ({ input }) => `must be one of ${LEVELS.join(', ')}, got ${shown(input)}`,
});

/** Whether a value is an object with these methods. */
export const hasMethods = (value: unknown, ...names: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function');

/** Returns a value in quotes on one line, for an error message. At most 80 characters of it. */
export const shown = (value: unknown): string => JSON.stringify(String(value).slice(0, 80));

/** Returns one line for each wrong field, which begins with its name. */
export function faultLines(error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => {
    const name = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${name ? `${name}.` : ''}${key} is not an option.`);
    }
    return [`${name || 'options'} ${issue.message.replace(/\.$/, '')}.`];
  });
}
