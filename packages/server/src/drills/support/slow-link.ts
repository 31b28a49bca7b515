import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy to a database on the loopback interface that can delay its traffic. */
export interface SlowLink {
  /** The address of the database through the proxy. */
  readonly address: string;
  /** The delay in ms of all data in each direction. Default 0. */
  delay: number;
  /** Closes the proxy and its connections. */
  close(): Promise<void>;
}

/** Starts a proxy to a database. */
export async function slowLink(address: string): Promise<SlowLink> {
  const url = new URL(address);
  const target = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  const link = { delay: 0 };
  const forward = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (chunk: Buffer) => setTimeout(() => to.writable && to.write(chunk), link.delay));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(target);
    forward(near, far);
    forward(far, near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.port = String((server.address() as AddressInfo).port);
  return Object.assign(link, {
    address: url.href,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
}
