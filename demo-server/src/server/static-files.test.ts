import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as call, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import express, { type ErrorRequestHandler } from 'express';
import { compressFolder } from '../../compress.ts';
import { staticFiles } from './static-files.ts';

const script = `export const words = '${'word '.repeat(500)}';\n`;
const folder = mkdtempSync(join(tmpdir(), 'tweestap-static-'));
for (const name of ['assets', 'elements', 'elements/chunks']) mkdirSync(join(folder, name));
writeFileSync(join(folder, 'assets/page-1a2b3c4d.js'), script);
writeFileSync(join(folder, 'assets/picture.png'), 'picture');
writeFileSync(join(folder, 'elements/chunks/flow.js'), script);
for (const name of ['assets', 'elements']) compressFolder(join(folder, name));

const app = express().disable('etag').use(staticFiles(folder));
const reportStatus: ErrorRequestHandler = (error, _req, res, _next) => void res.status(error.status).end();
app.use(reportStatus);
const server = app.listen(0, '127.0.0.1');
before(() => server.listening || new Promise((resolve) => server.once('listening', resolve)));
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Requests a file with an `Accept-Encoding` header, without the decompression of `fetch`. */
const request = (path: string, encodings?: string, more: { method?: string; range?: string } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', ...others } = more;
    const headers = { ...others, ...(encodings === undefined ? {} : { 'accept-encoding': encodings }) };
    const { port } = server.address() as AddressInfo;
    const sent = call({ host: '127.0.0.1', port, path, method, headers }, async (response) => {
      const body = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode, headers: response.headers, body });
    });
    sent.on('error', reject).end();
  });

const page = '/assets/page-1a2b3c4d.js';

test('a file is sent with brotli, with its own type, to a browser that accepts it', async () => {
  for (const encodings of ['gzip, deflate, br', 'br', '*']) {
    const { status, headers, body } = await request(page, encodings);
    assert.equal(status, 200);
    assert.equal(headers['content-encoding'], 'br', encodings);
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(headers.vary, 'accept-encoding');
    assert.equal(brotliDecompressSync(body).toString(), script);
    assert.ok(body.length < script.length / 20);
  }
});

test('a file is sent with gzip if brotli is not accepted', async () => {
  for (const encodings of ['gzip, deflate', 'gzip, br;q=0']) {
    const { headers, body } = await request(page, encodings);
    assert.equal(headers['content-encoding'], 'gzip', encodings);
    assert.equal(gunzipSync(body).toString(), script);
  }
});

test('a file is sent as it is if no encoding is accepted, and caches keep it apart from the others', async () => {
  for (const encodings of [undefined, '', 'identity', 'br;q=0, gzip;q=0']) {
    const { headers, body } = await request(page, encodings);
    assert.equal(headers['content-encoding'], undefined);
    assert.equal(headers.vary, 'accept-encoding');
    assert.equal(body.toString(), script);
  }
});

test('a file without a compressed copy is sent as it is', async () => {
  const { headers, body } = await request('/assets/picture.png', 'gzip, br');
  assert.equal(headers['content-encoding'], undefined);
  assert.equal(headers['content-type'], 'image/png');
  assert.equal(body.toString(), 'picture');
});

test('only a file whose name contains a hash is cached for ever', async () => {
  const forever = 'public, max-age=31536000, immutable';
  for (const encodings of ['br', 'gzip', 'identity']) {
    assert.equal((await request(page, encodings)).headers['cache-control'], forever);
    const element = await request('/elements/chunks/flow.js?v=2', encodings);
    assert.equal(element.status, 200);
    assert.equal(element.headers['cache-control'], 'public, max-age=0');
  }
});

test('a compressed copy and a file outside the folder have no address', async () => {
  for (const path of [`${page}.br`, `${page}.gz`, '/assets/../elements/chunks/flow.js.br', '/assets/nothing.js'])
    assert.equal((await request(path, 'br')).status, 404, path);
});

test('a response that is not the file has no encoding of the file', async () => {
  const wrong = [
    [404, { method: 'POST' }],
    [416, { range: 'bytes=900000-' }],
  ] as const;
  for (const [expected, more] of wrong) {
    const { status, headers } = await request(page, 'br', more);
    assert.equal(status, expected);
    assert.equal(headers['content-encoding'], undefined);
  }
  const head = await request(page, 'br', { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-encoding'], head.body.length], [200, 'br', 0]);
});
