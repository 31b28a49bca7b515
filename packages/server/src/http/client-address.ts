import { BlockList, isIP, isIPv4 } from 'node:net';

/** The parts of a request that tell where it comes from; `node:http`'s IncomingMessage has them. */
export interface Hop {
  socket: { remoteAddress?: string | undefined };
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Name of the peer on a Unix socket, in answers and among the trusted proxies. */
const UNIX = 'unix';

/**
 * Makes the function that tells a client's address (R45): the peer's, or, when the peer is a configured proxy, the
 * rightmost address of `X-Forwarded-For` that is no configured proxy. Anything further left was written by the
 * client itself. IPv6 counts by /64, which is what one person gets.
 * @param proxies addresses and CIDR ranges, or `unix` for a proxy on a Unix socket
 * @throws RangeError that names the first wrong entry
 */
export function clientAddressReader(proxies: readonly string[]): (hop: Hop) => string {
  const trusted = trustedList(proxies);
  return ({ socket, headers }) => {
    const peer = socket.remoteAddress === undefined ? UNIX : (plainAddress(socket.remoteAddress) ?? UNIX);
    const forwarded = headers['x-forwarded-for'];
    if (forwarded === undefined || !trusted(peer)) return network(peer);
    const hops = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',').reverse();
    let last = peer;
    for (const hop of hops) {
      const address = plainAddress(hop.trim());
      // What a trusted proxy wrote is an address; if it is none, the chain ends at the proxy that wrote it.
      if (address === undefined) break;
      last = address;
      if (!trusted(address)) break;
    }
    return network(last);
  };
}

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

/** An address without port, brackets, zone or IPv4 mapping; undefined when it is none. */
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

/** The eight groups of an IPv6 address that was found to be one. */
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
