import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';

/** A value in DER (X.690 §8.1), shorter than 64 KiB. The length has as few bytes as possible (§10.1). */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const bytes = body.length < 256 ? [body.length] : [body.length >> 8, body.length & 255];
  const size = body.length < 128 ? bytes : [0x80 + bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
const validity = sequence(...['200101000000Z', '491231235959Z'].map((time) => der(0x17, Buffer.from(time))));

/** Makes a key and a certificate of a host that the key signs itself (RFC 5280 §4.1), for a browser that trusts any. */
function selfSigned(host: string): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(host)))));
  const hosts = der(0x04, sequence(der(0x82, Buffer.from(host))));
  const extensions = der(0xa3, sequence(sequence(Buffer.from('0603551d11', 'hex'), hosts)));
  const start = [Buffer.from('a003020102020101', 'hex'), ecdsaWithSha256];
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const content = sequence(...start, name, validity, name, spki, extensions);
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, privateKey));
  const certificate = sequence(content, ecdsaWithSha256, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  };
}

/** A listener for TLS in front of a site, as a proxy in production is. */
export interface TlsFront {
  /** The rule by which Chromium finds it under its host name. */
  rule: string;
  close(): Promise<void>;
}

/** Starts a listener that passes what it gets to a site on a port of the loopback interface. */
export async function startTlsFront(host: string, site: { port: number }): Promise<TlsFront> {
  const server = createServer(selfSigned(host), (socket) => {
    const inner = connect(site.port, '127.0.0.1');
    socket.pipe(inner).pipe(socket);
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    rule: `MAP ${host}:443 127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}
