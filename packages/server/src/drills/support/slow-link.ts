import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a database on the loopback that can be made slow. */
export interface SlowLink {
  /** The database's address by this way. */
  readonly address: string;
  /** ms that everything takes in each direction from now on. */
  delay: number;
  close(): Promise<void>;
}

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
