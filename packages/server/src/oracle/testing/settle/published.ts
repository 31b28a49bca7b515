import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Published, SystemKey } from '../ledger/systems.ts';

/* The addresses at which other systems publish their keys (RFC 7517), on the loopback interface. */

/** The keys by the path of their address. */
const addresses = new Map<string, PublishedKeys>();

const server = createServer((req, res) => {
  const body = addresses.get(req.url ?? '')?.read();
  // Without an open connection, the process of the test can end.
  const headers = { 'content-type': 'application/json', connection: 'close' };
  res.writeHead(body === undefined ? 500 : 200, headers).end(body ?? '{}');
});
server.unref().listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

/** The keys at one address, and which of them were read. */
export class PublishedKeys implements Published {
  readonly url: string;
  /** Whether the address answers with an error. */
  isBroken = false;
  private present: SystemKey[];
  private former: SystemKey[] = [];
  private lastRead: readonly SystemKey[] | undefined;

  constructor(keys: SystemKey[]) {
    const path = `/keys/${addresses.size + 1}`;
    this.url = `http://127.0.0.1:${port}${path}`;
    this.present = keys;
    addresses.set(path, this);
  }

  /** Replaces the keys. */
  publish(keys: SystemKey[]): void {
    this.former = [...this.former, ...this.present];
    this.present = keys;
  }

  /**
   * The server keeps the keys that it has read for ten minutes, and reads them again after half a minute at the earliest. Both are
   * longer than a walk takes.
   */
  keys(): SystemKey[] {
    const isRead = (key: SystemKey): boolean => this.lastRead?.includes(key) === true;
    const isCertain = (key: SystemKey): boolean => (this.lastRead ? isRead(key) : !this.isBroken);
    const present = this.present.map((key) => ({ ...key, isUncertain: !isCertain(key) }));
    return [...present, ...this.former.filter(isRead).map((key) => ({ ...key, isUncertain: true }))];
  }

  /** The answer to a request; undefined if the address is broken. */
  read(): string | undefined {
    if (this.isBroken) return undefined;
    this.lastRead = this.present;
    return JSON.stringify({ keys: this.present.map(({ kid, key }) => ({ ...key, kid })) });
  }
}
