import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createTweestap, sessionOf } from '@tweestap/server';
import next from 'next';

const port = Number(process.env.PORT ?? 3000);
const tweestap = await createTweestap({
  database: process.env.TWEESTAP_DATABASE ?? '',
  encryptionKeys: process.env.TWEESTAP_ENCRYPTION_KEYS ?? '',
  baseUrl: `http://localhost:${port}`,
  organisations: [{ id: 'de-linde', name: 'De Linde' }],
});
const app = next({ dev: false });
await app.prepare();
const handle = app.getRequestHandler();
const withSession = tweestap.requireSession({ onMissing: (req, res) => handle(req, res) });

/** Next has inline scripts, and gives them the nonce that it finds in this header of the request. */
const policyOf = (nonce) =>
  [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

createServer((req, res) => {
  const nonce = randomBytes(16).toString('base64');
  req.headers['x-nonce'] = nonce;
  req.headers['content-security-policy'] = policyOf(nonce);
  res.setHeader('content-security-policy', policyOf(nonce));
  // Only this server may set the header that the pages read.
  delete req.headers['x-user'];
  tweestap.router(req, res, () => {
    withSession(req, res, () => {
      req.headers['x-user'] = encodeURIComponent(sessionOf(req).user.username);
      return handle(req, res);
    });
  });
}).listen(port);
