import { parseCookie, stringifySetCookie } from 'cookie';

/**
 * The cookies of Tweestap: the session, the browser in which a login was finished, the flows of a browser, the id of the login
 * that the portal began last in this browser, and for some minutes the browser that gets a user from another system.
 */
export type CookieName = 'session' | 'device' | 'flow' | 'begun' | 'hand-over';

/** The tokens in the cookies of a request. */
export type Tokens = Partial<Record<CookieName, string>>;

/** Reads and writes the cookies with the names and attributes that the base URL allows. */
export interface Cookies {
  /** The full name of each cookie, with its prefix. */
  readonly names: Readonly<Record<CookieName, string>>;
  /** Reads the tokens of a `Cookie` header. A cookie that is duplicate or malformed counts as absent. */
  read(header: string | undefined): Tokens;
  /** Makes a `Set-Cookie` value. `maxAge` is in seconds; without it the cookie lasts until the browser is closed. */
  set(name: CookieName, token: string, maxAge?: number): string;
  /** Makes a `Set-Cookie` value that removes the cookie. */
  clear(name: CookieName): string;
}

const kinds: readonly CookieName[] = ['session', 'device', 'flow', 'begun', 'hand-over'];

/** A token is the base64url form of 32 bytes, an id that of 16. The device cookie has the id of its browser in front of the token. */
const forms: Readonly<Record<CookieName, RegExp>> = {
  session: /^[A-Za-z0-9_-]{43}$/,
  device: /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/,
  flow: /^[A-Za-z0-9_-]{43}$/,
  begun: /^[A-Za-z0-9_-]{22}$/,
  'hand-over': /^[A-Za-z0-9_-]{43}$/,
};

const nothing: Tokens = Object.freeze({});

/**
 * Makes the reader and writer of the cookies.
 * @param secure false only for `http://localhost`, where browsers refuse `Secure` and with it `__Host-` (R72,
 *   RFC 6265bis §4.1.3.2)
 */
export function cookies(secure: boolean): Cookies {
  const prefix = secure ? '__Host-mfa-' : 'mfa-';
  const names = {
    session: `${prefix}session`,
    device: `${prefix}device`,
    flow: `${prefix}flow`,
    begun: `${prefix}begun`,
    'hand-over': `${prefix}hand-over`,
  };
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
    // Of two cookies with the same name one was planted, and their order does not reveal which (RFC 6265 §4.2.2).
    if (value !== undefined && forms[kind].test(value) && !isDuplicate(header, names[kind])) found[kind] = value;
  }
  return found;
}

function isDuplicate(header: string, name: string): boolean {
  let count = 0;
  for (let at = header.indexOf(name); at >= 0; at = header.indexOf(name, at + name.length)) {
    const before = header.slice(0, at).trimEnd();
    const after = header.slice(at + name.length).trimStart();
    if ((before === '' || before.endsWith(';')) && after.startsWith('=')) count += 1;
  }
  return count > 1;
}
