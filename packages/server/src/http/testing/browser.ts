import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** An answer as a test looks at it. */
export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON; undefined when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test asks of an answer whatever it likes.
  body: any;
  setCookies: string[];
}

export interface Ask {
  body?: unknown;
  /** Sent as it is, in the body's place. */
  raw?: string | Buffer;
  token?: string | undefined;
  headers?: Record<string, string>;
}

/** A client that keeps cookies, and otherwise sends what it is told and nothing more. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #base: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(base: string) {
    this.#base = base;
  }

  /** A second tab: the same cookies from here on. */
  sharing(other: Browser): this {
    for (const [name, value] of other.cookies) this.cookies.set(name, value);
    return this;
  }

  get = (path: string, ask: Ask = {}) => this.send('GET', path, ask);
  post = (path: string, body: unknown, ask: Ask = {}) => this.send('POST', path, { body, ...ask });
  patch = (path: string, body: unknown, ask: Ask = {}) => this.send('PATCH', path, { body, ...ask });
  delete = (path: string, ask: Ask = {}) => this.send('DELETE', path, ask);

  async send(method: string, path: string, { body, raw, token, headers = {} }: Ask = {}): Promise<Reply> {
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
