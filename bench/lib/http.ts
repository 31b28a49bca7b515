import { Agent, request } from 'node:http';

/** Keeps connections open between requests, as browsers and proxies do. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** The response of a server. */
export interface HttpResponse {
  status: number;
  text: string;
  /** The cookies that were set, as `name=value`. */
  cookies: string[];
}

type Headers = Readonly<Record<string, string>>;

interface Sent {
  method: string;
  path: string;
  headers: Headers;
}

/** Sends JSON to 127.0.0.1 with as little work in the client as possible. */
export function post(port: number, path: string, body: unknown, headers: Headers = {}): Promise<HttpResponse> {
  const text = JSON.stringify(body);
  const content = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  return exchange(port, { method: 'POST', path, headers: { ...content, ...headers } }, text);
}

/** Reads from 127.0.0.1. */
export function get(port: number, path: string, headers: Headers = {}): Promise<HttpResponse> {
  return exchange(port, { method: 'GET', path, headers });
}

function exchange(port: number, { method, path, headers }: Sent, text?: string): Promise<HttpResponse> {
  const all = { origin: `http://localhost:${port}`, host: `localhost:${port}`, ...headers };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, agent, headers: all }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const cookies = (response.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';', 1)[0] ?? '');
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8'), cookies });
      });
    });
    sent.on('error', (error) => reject(new Error(`${method} ${path} failed: ${error.message}`, { cause: error })));
    sent.setTimeout(20_000, () => sent.destroy(new Error(`${path} did not respond within 20 s`)));
    sent.end(text);
  });
}

/**
 * Returns the response if it has the expected status.
 * @throws Error with the body of the response otherwise
 */
export function expectStatus(response: HttpResponse, status: number): HttpResponse {
  if (response.status !== status)
    throw new Error(`expected ${status}, got ${response.status}: ${response.text.slice(0, 300)}`);
  return response;
}

/** Closes all connections, so that the process can end. */
export function closeConnections(): void {
  agent.destroy();
}
