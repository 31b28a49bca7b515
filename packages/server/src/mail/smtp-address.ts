import { isLoopbackHost } from '@tweestap/protocol';

/** The mail server and the sender's address. */
export interface SmtpAddress {
  /** A host name or an IP address, IPv6 without brackets. */
  host: string;
  /** Default 465 for `smtps:` and 587 for `smtp:`. */
  port: number;
  /** Whether TLS starts with the first byte (`smtps:`). */
  implicitTls: boolean;
  /** Whether encryption is required before any command. False only on the loopback interface and with `tls=none`. */
  tls: boolean;
  /** The username for the SMTP login; undefined without a login. */
  user: string | undefined;
  /** The password for the SMTP login. */
  password: string | undefined;
  /** The sender's address; undefined: `noreply@` and the host of the base URL. */
  from: string | undefined;
}

/**
 * The address of the mail server is wrong. The message says why and never repeats the address, which may contain a
 * password.
 */
export class SmtpAddressError extends Error {
  readonly code = 'bad-smtp-address';
}

const EXPECTED = 'expected smtp[s]://user:password@host:587?from=portal@example.org';
/** The whole IPv4 loopback network, not only its first address. */
const LOOPBACK_NETWORK = /^127(?:\.\d{1,3}){3}$/;
/** One address without a display name, and without characters that could end a header or an envelope. */
const ADDRESS = /^[^\s@<>(),:;"[\]\\\p{Cc}]{1,64}@[^\s@<>(),:;"[\]\\\p{Cc}]{1,255}$/u;

/**
 * Parses `smtp[s]://user:password@host:port?from=address`. The parameter `tls=none` turns encryption off, for a trusted
 * network.
 * @throws SmtpAddressError
 */
export function parseSmtpAddress(text: string): SmtpAddress {
  const url = URL.parse(text);
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw new SmtpAddressError(`the address is incomplete; ${EXPECTED}`);
  }
  const wrong = [...url.searchParams.keys()].find((key) => !['from', 'tls'].includes(key));
  if (wrong !== undefined) throw new SmtpAddressError('a parameter is unknown; expected only from and tls');
  if (!['', '/'].includes(url.pathname) || url.hash !== '')
    throw new SmtpAddressError(`the address must have no path or fragment; ${EXPECTED}`);
  const from = url.searchParams.get('from') ?? undefined;
  if (from !== undefined && !isMailAddress(from))
    throw new SmtpAddressError(`from is not an email address; ${EXPECTED}`);
  const tls = url.searchParams.get('tls');
  if (tls !== null && tls !== 'none') throw new SmtpAddressError('tls must be none or absent');
  const implicitTls = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (implicitTls ? 465 : 587) : Number(url.port),
    implicitTls,
    tls: implicitTls || (tls === null && !isLoopback(url.hostname)),
    user: decoded(url.username),
    password: decoded(url.password),
    from,
  };
}

const isLoopback = (host: string): boolean => isLoopbackHost(host) || LOOPBACK_NETWORK.test(host);

/** Returns whether a text is exactly one email address, without a display name. */
export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text);
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new SmtpAddressError('the user or password contains an invalid % sequence; write a % as %25');
  }
}
