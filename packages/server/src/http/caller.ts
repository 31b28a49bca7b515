import { BlockList, isIP, isIPv4 } from 'node:net';
import { type Language, languages } from '@tweestap/protocol';
import type { Caller } from '../account/change-account.ts';
import { hashToken, sameHash } from '../crypto/tokens.ts';
import type { FlowRef, RequestContext } from '../flow/context.ts';
import { nonceOf } from '../hand-over/nonce.ts';
import { onceEach } from '../runtime/log.ts';
import { clientSession, endDeadSession, readSession } from '../sessions/sessions.ts';
import { findFlow } from '../store/flows.ts';
import type { SessionRow } from '../store/schema.ts';
import { HttpProblem } from './answer.ts';
import type { Exchange, Hop, HttpDeps } from './route-table.ts';

/** The name of a peer on a Unix socket: as a client's address, and in the list of trusted proxies. */
const UNIX = 'unix';

/**
 * Makes the function that determines a client's address (R45). This is the address of the peer. If the peer is a
 * configured proxy, it is the rightmost address of `X-Forwarded-For` that is not a configured proxy, because the client
 * itself may have written anything to the left of it. IPv6 addresses are reduced to their /64, the usual size of a
 * user's network.
 * @param proxies addresses and CIDR ranges, or `unix` for a proxy on a Unix socket
 * @param onUnlisted called with a peer that seems to be a proxy and is not configured. Default: nothing is done
 * @throws RangeError that names the first invalid entry
 */
export function clientAddressReader(
  proxies: readonly string[],
  onUnlisted?: (peer: string) => void,
): (hop: Hop) => string {
  const trusted = trustedList(proxies);
  return ({ socket, headers }) => {
    const peer = socket.remoteAddress === undefined ? UNIX : (plainAddress(socket.remoteAddress) ?? UNIX);
    const forwarded = headers['x-forwarded-for'];
    if (onUnlisted && isForwarding(peer, forwarded) && !trusted(peer)) onUnlisted(peer);
    if (forwarded === undefined || !trusted(peer)) return network(peer);
    const hops = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',').reverse();
    let last = peer;
    for (const hop of hops) {
      const address = plainAddress(hop.trim());
      // A trusted proxy writes an address. If the entry is not one, the chain ends at the proxy that wrote it.
      if (address === undefined) break;
      last = address;
      if (!trusted(address)) break;
    }
    return network(last);
  };
}

/** Loopback, private and unique local addresses (RFC 1918, RFC 4193). A proxy in front of the server mostly has one of these. */
const isPrivate = trustedList([
  UNIX,
  '127.0.0.0/8',
  '::1',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
]);

/**
 * Returns whether a peer is probably a proxy: it has a private address and names another client. A peer with a public
 * address is not, because any client can send the header.
 */
function isForwarding(peer: string, forwarded: string | string[] | undefined): boolean {
  if (forwarded === undefined || !isPrivate(peer)) return false;
  const client = plainAddress(String(forwarded).split(',').at(-1)?.trim() ?? '');
  return client !== undefined && client !== peer;
}

/** The minimum time between two log lines about the same proxy, in ms. */
const HOUR = 3_600_000;

/** Makes the function that logs, at most once an hour, that all users of a proxy count as one address (R95). */
export function unlistedProxyReport({ clock, logger }: Pick<HttpDeps, 'clock' | 'logger'>): (peer: string) => void {
  const isDue = onceEach(HOUR, clock);
  return (proxy) => {
    if (isDue(proxy)) logger.warn({ proxy }, UNLISTED);
  };
}

const UNLISTED =
  'all users of this proxy count as one address: its X-Forwarded-For is ignored, because it is not in `trustedProxies` (TWEESTAP_TRUSTED_PROXIES)';

function trustedList(proxies: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of proxies) if (entry !== UNIX) addEntry(list, entry);
  const unix = proxies.includes(UNIX);
  return (address) => (address === UNIX ? unix : list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'));
}

function addEntry(list: BlockList, entry: string): void {
  const [address = '', bits, ...rest] = entry.split('/');
  const family = isIP(address);
  const widest = family === 4 ? 32 : 128;
  const length = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (family === 0 || rest.length > 0 || length < 0 || length > widest) {
    throw new RangeError(`"${entry.slice(0, 60)}" is no IP address or CIDR range, for example 10.0.0.0/8 or ::1`);
  }
  list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6');
}

/** Returns an address without port, brackets, zone or IPv4 mapping, or undefined when the text is not an address. */
function plainAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? (/^[\d.]+:\d+$/.test(text) ? text.split(':')[0] : text) ?? '';
  if (isIPv4(bare)) return bare;
  const address = bare.split('%')[0] ?? '';
  if (isIP(address) !== 6) return undefined;
  const groups = expand(address);
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!mapped) return address;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function network(address: string): string {
  if (address === UNIX || isIPv4(address)) return address;
  const prefix = expand(address).slice(0, 4);
  return `${prefix.map((group) => group.toString(16)).join(':')}::/64`;
}

/** Returns the eight groups of a valid IPv6 address. */
function expand(address: string): number[] {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const group = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16);
    return `${group(a, b)}:${group(c, d)}`;
  });
  const [head = '', tail] = hex.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const left = groups(head);
  const right = groups(tail);
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(gap).fill('0'), ...right].map((group) => Number.parseInt(group, 16));
}

/** Matches one language range of `Accept-Language` that names a supported language, with its weight. */
const RANGE = new RegExp(
  `^\\s*(${languages.join('|')})(?:-[a-z0-9-]+)?\\s*(?:;\\s*q=([01](?:\\.\\d{0,3})?))?\\s*$`,
  'i',
);

/**
 * Returns the supported language that a browser prefers (RFC 9110 §12.5.4), or the first supported language when
 * `Accept-Language` names none of them.
 */
export function languageOf(header: string | undefined): Language {
  let best: { language: Language; weight: number } = { language: languages[0], weight: 0 };
  for (const part of (header ?? '').slice(0, 200).split(',')) {
    const [, tag = '', q] = RANGE.exec(part) ?? [];
    const language = languages.find((known) => known === tag.toLowerCase());
    const weight = Number(q ?? 1);
    if (language && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

const BEARER = /^Bearer ([A-Za-z0-9_-]{43})$/i;

/**
 * Returns the id and token hash of the flow that a request names.
 * @throws HttpProblem `no-such-flow` without a token
 */
export function flowRefOf({ req, id }: Exchange): FlowRef {
  const token = BEARER.exec(req.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new HttpProblem('no-such-flow');
  return { id, tokenHash: hashToken(token) };
}

/** Returns the valid session of the request's cookie, or undefined. A changing request deletes an expired session. */
export async function sessionOfCaller(
  deps: Pick<HttpDeps, 'database' | 'clock'>,
  { req, tokens }: Pick<Exchange, 'req' | 'tokens'>,
): Promise<SessionRow | undefined> {
  const { database, clock } = deps;
  if (tokens.session === undefined) return undefined;
  const session = await readSession(database.read, tokens.session, clock());
  // R75: a GET changes nothing. It does not even delete an expired session.
  const changes = req.method !== 'GET' && req.method !== 'HEAD';
  if (!session && changes) await endDeadSession(database, tokens.session, clock());
  return session;
}

/**
 * Returns what the functions that read and change the caller's account need.
 * @throws HttpProblem `no-session` or `not-allowed`
 */
export async function callerOf(deps: HttpDeps, exchange: Exchange): Promise<Caller> {
  return callerWith(deps, exchange, await needSession(deps, exchange));
}

/** Returns the same as `callerOf` for a session that is already loaded. */
export function callerWith({ addressOf }: HttpDeps, exchange: Exchange, session: SessionRow): Caller {
  const { req, tokens, correlationId } = exchange;
  return { session, deviceToken: tokens.device, address: addressOf(req), correlationId };
}

/**
 * Returns the valid session of a request. The session of a client reads and changes nothing of the account (R94).
 * @throws HttpProblem `no-session` or `not-allowed`
 */
export async function needSession(deps: HttpDeps, exchange: Exchange): Promise<SessionRow> {
  const session = await sessionOfCaller(deps, exchange);
  if (!session) throw noSession();
  if (session.client !== null) throw refusedClient(session.client);
  return session;
}

/** Makes the `403 not-allowed` for the session of a client that is not accepted here (R94). */
export const refusedClient = (client: string): HttpProblem =>
  new HttpProblem('not-allowed', { detail: clientSession(client) });

/**
 * Makes a `401 no-session`. RFC 9110 §11.6.1 requires a challenge, and there is no scheme for cookies, so it is
 * `Bearer`.
 */
export const noSession = (): HttpProblem =>
  new HttpProblem('no-session', { headers: ['WWW-Authenticate', 'Bearer realm="session"'] });

/**
 * Makes the `401` of RFC 9470 §3, which names the required class of authentication and its maximum age.
 * @param maxAge seconds since the second factor was verified, at most
 */
export function stepUpNeeded(maxAge: number): HttpProblem {
  const challenge = [
    'Bearer error="insufficient_user_authentication"',
    'error_description="A fresh second factor is required"',
    'acr_values="aal2"',
    `max_age="${maxAge}"`,
  ];
  return new HttpProblem('insufficient-user-authentication', { headers: ['WWW-Authenticate', challenge.join(', ')] });
}

/** Checks that there is a session that may change the account. @throws HttpProblem `no-session` or `not-allowed` */
export async function checkSession(deps: HttpDeps, exchange: Exchange): Promise<void> {
  await needSession(deps, exchange);
}

/**
 * Checks that the flow exists, ended or not, and that token and cookie are its own.
 * @throws HttpProblem `no-such-flow`
 */
export async function checkFlow(deps: HttpDeps, exchange: Exchange): Promise<void> {
  const { id, tokenHash } = flowRefOf(exchange);
  const flow = await findFlow(deps.database.read, id);
  const browserHash = hashToken(exchange.tokens.flow ?? '');
  const isOpened = flow && sameHash(flow.token_hash, tokenHash) && sameHash(flow.browser_hash, browserHash);
  if (!isOpened) throw new HttpProblem('no-such-flow');
}

/**
 * Collects what the engine needs to know about a request.
 * @param flowToken the value of the flow cookie, or an empty text without one
 */
export async function contextOf(
  deps: Pick<HttpDeps, 'database' | 'clock' | 'addressOf'>,
  exchange: Pick<Exchange, 'req' | 'tokens' | 'otherOrigin' | 'correlationId'>,
  flowToken: string,
): Promise<RequestContext> {
  const { req, tokens, otherOrigin, correlationId } = exchange;
  const session = await sessionOfCaller(deps, exchange);
  const userAgent = req.headers['user-agent'];
  return {
    // Without a cookie this is empty, which equals no hash, so the request finds no flow.
    browserHash: flowToken === '' ? '' : hashToken(flowToken),
    ...(tokens.device === undefined ? {} : { deviceToken: tokens.device }),
    ...(session === undefined ? {} : { session }),
    address: deps.addressOf(req),
    ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, 500) }),
    ...(otherOrigin ? { otherOrigin } : {}),
    ...(tokens['hand-over'] === undefined ? {} : { handOverNonce: nonceOf(tokens['hand-over']) }),
    ...(req.headers.origin === undefined ? {} : { origin: req.headers.origin }),
    language: languageOf(req.headers['accept-language']),
    correlationId,
  };
}
