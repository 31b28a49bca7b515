/*
 * Threat: a body exhausts the memory, keeps a connection open for ever, or means different things to two parsers.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { answerOf, answerSender, HttpProblem } from './answer.ts';
import { BODY_LIMIT, readJson } from './body.ts';

const send = answerSender(true);

const serve = async (t: TestContext, timeout?: number, before?: (req: IncomingMessage) => Promise<void>) => {
  const server = createServer(async (req, res) => {
    try {
      await before?.(req);
      send(res, { status: 200, text: JSON.stringify({ got: await readJson(req, timeout) }) });
    } catch (error) {
      if (error instanceof HttpProblem) send(res, answerOf(error, 'c'));
      else res.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
};

const post = (port: number, body: BodyInit | null, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    duplex: 'half',
  } as RequestInit);

const codeOf = async (answer: Promise<Response>): Promise<string> =>
  ((await (await answer).json()) as { code: string }).code;

const raw = async (port: number, text: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
};

test('a JSON body is read, in one chunk or in several', async (t) => {
  const port = await serve(t);
  assert.deepEqual(await (await post(port, '{"a":"ë"}')).json(), { got: { a: 'ë' } });
  const pieces = new ReadableStream({
    start(controller) {
      for (const byte of Buffer.from('{"a":"ë"}')) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  assert.deepEqual(await (await post(port, pieces)).json(), { got: { a: 'ë' } });
  assert.equal((await post(port, '{}', { 'content-type': 'Application/JSON; charset=UTF-8' })).status, 200);
});

test('R76: another content type, another charset and a compressed body are 415', async (t) => {
  const port = await serve(t);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', '']) {
    assert.equal((await post(port, '{}', { 'content-type': type })).status, 415, type);
  }
  assert.equal((await post(port, '{}', { 'content-type': 'application/jsonx, application/json' })).status, 415);
  assert.equal((await post(port, '{}', { 'content-encoding': 'gzip' })).status, 415);
});

test('R76: a body over 16 KB is 413, with or without a content length, and one of exactly 16 KB is read', async (t) => {
  const port = await serve(t);
  const exact = `"${'a'.repeat(BODY_LIMIT - 2)}"`;
  assert.equal((await post(port, exact)).status, 200);
  assert.equal((await post(port, `${exact} `)).status, 413);
  assert.equal((await post(port, 'x'.repeat(1_000_000))).status, 413);
  assert.equal((await post(port, new Blob([`${exact} `]).stream())).status, 413);
  assert.equal((await post(port, new Blob(['x'.repeat(1_000_000)]).stream())).status, 413);
});

test('R76: a body with a content length over 16 KB is refused before it arrives', async (t) => {
  const port = await serve(t);
  const headers = ['POST / HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Connection: close'];
  const socket = connect(port, '127.0.0.1');
  socket.write([...headers, `Content-Length: ${BODY_LIMIT + 1}`, '', ''].join('\r\n'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  assert.match(answer.toString(), /^HTTP\/1\.1 413 /);
});

test('R76: broken JSON, broken UTF-8 and an empty body are 400', async (t) => {
  const port = await serve(t);
  for (const body of ['', '{', '{"a":1,"a":2}', '\ufeff{}', Buffer.from([0x22, 0xc3, 0x28, 0x22])]) {
    assert.equal(await codeOf(post(port, body)), 'malformed');
  }
});

test('a body that arrives too slowly is refused and its connection closed (R87 in part)', async (t) => {
  const port = await serve(t, 50);
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  assert.match(await raw(port, `${head}Content-Length: 10\r\n\r\n{"a"`), /^HTTP\/1\.1 400 .*too slowly/s);
  assert.match(await raw(port, `${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`), /^HTTP\/1\.1 400 .*too slowly/s);
});

test('a body that another parser has read is taken from req.body', async (t) => {
  const drain = async (req: IncomingMessage): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  const left: ((bytes: Buffer) => unknown)[] = [(bytes) => JSON.parse(bytes.toString()), String, (bytes) => bytes];
  for (const leave of left) {
    const port = await serve(t, undefined, async (req) => {
      Object.assign(req, { body: leave(await drain(req)) });
    });
    assert.deepEqual(await (await post(port, '{"a":1}')).json(), { got: { a: 1 } });
  }
});
