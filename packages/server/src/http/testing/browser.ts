import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** A response, in the form that tests inspect. */
export interface Reply {
  /** The HTTP status. */
  status: number;
  /** The headers, in lower case. */
  headers: IncomingHttpHeaders;
  /** The body as text. */
  text: string;
  /** The parsed JSON body; undefined without one. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read any property of a body without checking its type.
  body: any;
  /** The values of the `Set-Cookie` headers. */
  setCookies: string[];
}

/** What a test sends in a request, in addition to its cookies. */
export interface RequestOptions {
  /** The body, which is sent as JSON. */
  body?: unknown;
  /** The body as it is sent, instead of `body`. */
  raw?: string | Buffer;
  /** The flow token, which is sent as a bearer token. */
  token?: string | undefined;
  /** Additional headers, or replacements of the default ones. */
  headers?: Record<string, string>;
}

/**
 * An HTTP client that keeps cookies like a browser. It sends no `Origin` or `Sec-Fetch-Site` header unless a test adds
 * it.
 */
export class Browser {
  /** The cookies, by name. */
  readonly cookies = new Map<string, string>();
  readonly #base: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(base: string) {
    this.#base = base;
  }

  /** Copies the current cookies of another browser, as in a second tab. */
  sharing(other: Browser): this {
    for (const [name, value] of other.cookies) this.cookies.set(name, value);
    return this;
  }

  /** Sends a GET request. */
  get = (path: string, options: RequestOptions = {}) => this.send('GET', path, options);
  /** Sends a POST request with a JSON body. */
  post = (path: string, body: unknown, options: RequestOptions = {}) => this.send('POST', path, { body, ...options });
  /** Sends a PATCH request with a JSON body. */
  patch = (path: string, body: unknown, options: RequestOptions = {}) => this.send('PATCH', path, { body, ...options });
  /** Sends a DELETE request. */
  delete = (path: string, options: RequestOptions = {}) => this.send('DELETE', path, options);

  /** Sends a request with the cookies of this browser, and keeps the cookies that the response sets. */
  async send(method: string, path: string, { body, raw, token, headers = {} }: RequestOptions = {}): Promise<Reply> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await this.#exchange(method, path, payload, {
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
      ...(cookie ? { cookie } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    });
    for (const each of reply.setCookies) this.#keep(each);
    return reply;
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }

  #keep(setCookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
    if (/Max-Age=0/i.test(setCookie)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  #exchange(
    method: string,
    path: string,
    payload: string | Buffer | undefined,
    headers: Record<string, string>,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const req = request(this.#base + path, { method, headers, agent: this.#agent }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = /json/.test(res.headers['content-type'] ?? '');
          const setCookies = res.headers['set-cookie'] ?? [];
          const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
          resolve({ status: res.statusCode ?? 0, headers: res.headers, text, body, setCookies });
        });
      });
      req.on('error', reject);
      req.end(payload);
    });
  }
}
