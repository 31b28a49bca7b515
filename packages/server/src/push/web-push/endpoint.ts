import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/** The push services of the browsers. A name that begins with `*.` includes all hosts below it. */
const PUSH_SERVICES = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '*.push.apple.com',
  '*.notify.windows.com',
] as const;

/** Which addresses a subscription may have. */
export interface EndpointRules {
  /** Further push services. Default: none. */
  hosts?: readonly string[] | undefined;
  /** Whether the machine itself is allowed, also by plain http: only for tests. Default: false. */
  loopback?: boolean | undefined;
}

/**
 * Whether a subscription may have this address. A server sends requests to it, so a phone could otherwise make the server reach
 * private networks: only https, known push services by name, the standard port, and no password.
 */
export function isEndpointAllowed(endpoint: string, { hosts = [], loopback = false }: EndpointRules): boolean {
  const url = URL.parse(endpoint);
  if (url?.username !== '' || url.password !== '') return false;
  if (loopback && url.hostname === '127.0.0.1') return true;
  if (url.protocol !== 'https:' || url.port !== '' || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return false;
  return [...PUSH_SERVICES, ...hosts].some((host) =>
    host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host,
  );
}

/** Addresses that are not public (IANA special-purpose registries, RFC 6890). */
const special = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  special.addSubnet(network, bits, 'ipv4');
}
const publicV6 = new BlockList();
publicV6.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(network, bits, 'ipv6');
}

/** Whether an address is on the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  return isIP(address) === 6 && publicV6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/**
 * Resolves a name and refuses addresses that are not public. The connection is made to the checked addresses, so a name that
 * resolves to another address a moment later reaches nothing else.
 */
export const publicLookup =
  (lookup: typeof systemLookup = systemLookup): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = error ? [] : found;
      if (!error && (addresses.length === 0 || !addresses.every(({ address }) => isPublicAddress(address)))) {
        callback(new Error('the name of the push service resolves to an address that is not public'), '');
      } else if (error) callback(error, '');
      else if (options.all) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
    });
  };
