import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTweestap, sessionOf } from '@tweestap/server';
import express from 'express';

const port = Number(process.env.PORT ?? 3000);
const tweestap = await createTweestap({
  database: process.env.TWEESTAP_DATABASE ?? '',
  encryptionKeys: process.env.TWEESTAP_ENCRYPTION_KEYS ?? '',
  baseUrl: `http://localhost:${port}`,
  organisations: [{ id: 'de-linde', name: 'De Linde' }],
});

/** Angular adds `<style>` elements and an inline script, with the nonce that it finds at `<app-root>`. */
const policyOf = (nonce) =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "object-src 'none'",
    "base-uri 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html angular',
  ].join('; ');

const built = fileURLToPath(new URL('dist/browser', import.meta.url));
const page = readFileSync(`${built}/index.html`, 'utf8');
const app = express();
app.use(tweestap.router);
app.get('/api/me', tweestap.requireSession(), (req, res) => res.json({ username: sessionOf(req).user.username }));
app.use(express.static(built, { index: false }));
app.get('/login', (_req, res) => {
  const nonce = randomBytes(16).toString('base64');
  res.set({ 'content-security-policy': policyOf(nonce), 'cache-control': 'no-store' });
  res.type('html').send(page.replaceAll('{{nonce}}', nonce));
});
app.listen(port);
