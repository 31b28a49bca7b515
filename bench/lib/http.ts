import { Agent, request } from 'node:http';

/** Kept open between requests, as a browser or a proxy keeps them. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export interface Answer {
  status: number;
  text: string;
  /** `name=value` pairs of the cookies that were set, ready to be sent back. */
  cookies: string[];
}

/** A POST of JSON to the loopback, and nothing else: as little as a client can do. */
export function post(port: number, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const text = JSON.stringify(body);
  const all = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    origin: `http://localhost:${port}`,
    host: `localhost:${port}`,
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers: all }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const cookies = (response.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';', 1)[0] ?? '');
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8'), cookies });
      });
    });
    sent.on('error', reject);
    sent.setTimeout(20_000, () => sent.destroy(new Error(`${path} took longer than 20 s`)));
    sent.end(text);
  });
}

/** Throws unless the answer has the status, with what the server said. */
export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${answer.text.slice(0, 300)}`);
  return answer;
}

/** Lets go of the connections, so that the process can end. */
export function hangUp(): void {
  agent.destroy();
}
