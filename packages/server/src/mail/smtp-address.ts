import { isLoopbackHost } from '@tweestap/protocol';

/** Where mail is handed over, and in whose name. */
export interface SmtpAddress {
  host: string;
  port: number;
  /** TLS from the first byte (`smtps:`). */
  implicitTls: boolean;
  /** Whether the connection must be encrypted before anything is said: always, but on the loopback or on demand. */
  tls: boolean;
  user: string | undefined;
  password: string | undefined;
  /** Undefined: an address of the host that people reach the server under. */
  from: string | undefined;
}

/** The address of the mail server is wrong; `message` says how, and never repeats it: it may hold a password. */
export class SmtpAddressError extends Error {
  readonly code = 'bad-smtp-address';
}

const EXPECTED = 'expected smtp[s]://user:password@host:587?from=portal@example.org';
/** All of the IPv4 loopback, not its first address alone. */
const LOOPBACK_NETWORK = /^127(?:\.\d{1,3}){3}$/;
/** One address, without a name and without what could end a header or an envelope. */
const ADDRESS = /^[^\s@<>(),:;"[\]\\\p{Cc}]{1,64}@[^\s@<>(),:;"[\]\\\p{Cc}]{1,255}$/u;

/** Reads `smtp[s]://user:password@host:port?from=address`, with `&tls=none` for a network that is trusted. @throws SmtpAddressError */
export function parseSmtpAddress(text: string): SmtpAddress {
  const url = URL.parse(text);
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw new SmtpAddressError(`no whole address; ${EXPECTED}`);
  }
  const wrong = [...url.searchParams.keys()].find((key) => !['from', 'tls'].includes(key));
  if (wrong !== undefined) throw new SmtpAddressError('it asks for something that there is not; only from and tls');
  if (!['', '/'].includes(url.pathname) || url.hash !== '') throw new SmtpAddressError(`no path; ${EXPECTED}`);
  const from = url.searchParams.get('from') ?? undefined;
  if (from !== undefined && !isMailAddress(from)) throw new SmtpAddressError(`from is no address; ${EXPECTED}`);
  const tls = url.searchParams.get('tls');
  if (tls !== null && tls !== 'none') throw new SmtpAddressError('tls is wrong; expected none, or leave it out');
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

/** Whether a text is one mail address and nothing else. */
export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text);
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new SmtpAddressError('user or password hold a % that encodes nothing; write it as %25');
  }
}
