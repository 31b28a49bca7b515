import { parseCookie, stringifySetCookie } from 'cookie';

/** The cookies of Tweestap: a session, a browser that finished a login before, and the flows of one browser. */
export type CookieName = 'session' | 'device' | 'flow';

/** The tokens that came along in our cookies. */
export type Tokens = Partial<Record<CookieName, string>>;

/** Reads and writes our cookies under the names and attributes that the base URL allows. */
export interface Cookies {
  readonly names: Readonly<Record<CookieName, string>>;
  /** The tokens that came along. A name that came twice, or whose value is no token of ours, counts as absent. */
  read(header: string | undefined): Tokens;
  /** A `Set-Cookie` value. `maxAge` in seconds; left out, the cookie goes when the browser is closed. */
  set(name: CookieName, token: string, maxAge?: number): string;
  /** A `Set-Cookie` value that removes the cookie. */
  clear(name: CookieName): string;
}

const kinds: readonly CookieName[] = ['session', 'device', 'flow'];

/** Tokens are base64url of 32 bytes; the device's stands behind its browser's id. */
const forms: Readonly<Record<CookieName, RegExp>> = {
  session: /^[A-Za-z0-9_-]{43}$/,
  device: /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/,
  flow: /^[A-Za-z0-9_-]{43}$/,
};

const nothing: Tokens = Object.freeze({});

/**
 * @param secure false only for `http://localhost`, where browsers refuse `Secure` and with it `__Host-` (R72,
 *   RFC 6265bis §4.1.3.2)
 */
export function cookies(secure: boolean): Cookies {
  const prefix = secure ? '__Host-mfa-' : 'mfa-';
  const names = { session: `${prefix}session`, device: `${prefix}device`, flow: `${prefix}flow` };
  const attributes = { path: '/', secure, httpOnly: true, sameSite: 'lax' } as const;
  return {
    names,
    read: (header) => (header === undefined ? nothing : readTokens(header, names)),
    set: (name, value, maxAge) =>
      stringifySetCookie({ name: names[name], value, ...attributes, ...(maxAge === undefined ? {} : { maxAge }) }),
    clear: (name) => stringifySetCookie({ name: names[name], value: '', ...attributes, maxAge: 0 }),
  };
}

function readTokens(header: string, names: Readonly<Record<CookieName, string>>): Tokens {
  const found: Tokens = {};
  const jar = parseCookie(header);
  for (const kind of kinds) {
    const value = jar[names[kind]];
    // Two cookies of one name: one of them was planted, and the order doesn't tell which (RFC 6265 §4.2.2).
    if (value !== undefined && forms[kind].test(value) && !isTwice(header, names[kind])) found[kind] = value;
  }
  return found;
}

function isTwice(header: string, name: string): boolean {
  let count = 0;
  for (let at = header.indexOf(name); at >= 0; at = header.indexOf(name, at + name.length)) {
    const before = header.slice(0, at).trimEnd();
    const after = header.slice(at + name.length).trimStart();
    if ((before === '' || before.endsWith(';')) && after.startsWith('=')) count += 1;
  }
  return count > 1;
}
