import { Agent, request } from 'node:http';
import type { Body, Call, CookieName, Reply } from '../ledger/wire.ts';

/** Sends a call to an instance of the server. */
export type Door = (call: Call) => Promise<Reply>;

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** A door that sends HTTP requests to a base URL. */
export function httpDoor(base: string): Door {
  return ({ method, path, body, token, cookies, key, dpop, origin, address }) =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const cookie = Object.entries(cookies).map(([name, value]) => `mfa-${name}=${value}`);
      const headers = {
        'x-forwarded-for': address,
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
        ...(cookie.length > 0 ? { cookie: cookie.join('; ') } : {}),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(dpop === undefined ? {} : { dpop }),
        ...(origin === undefined ? {} : { origin }),
      };
      const req = request(base + path, { method, headers, agent }, (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (chunk: string) => {
          text += chunk;
        });
        res.on('error', reject);
        res.on('end', () => {
          const parsed = text === '' ? {} : (JSON.parse(text) as Body);
          resolve({ status: res.statusCode ?? 0, body: parsed, set: cookiesIn(res.headers['set-cookie'] ?? []) });
        });
      });
      req.on('error', reject);
      req.end(payload);
    });
}

function cookiesIn(headers: readonly string[]): Reply['set'] {
  const set: Reply['set'] = {};
  for (const header of headers) {
    const [, name, value = ''] = /^mfa-(session|device|flow|begun|hand-over)=([^;]*)/.exec(header) ?? [];
    if (name !== undefined) set[name as CookieName] = value === '' ? null : value;
  }
  return set;
}
