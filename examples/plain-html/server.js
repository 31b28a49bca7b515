import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTweestap, sessionOf } from '@tweestap/server';
import express from 'express';

const port = Number(process.env.PORT ?? 3000);
const tweestap = await createTweestap({
  database: process.env.TWEESTAP_DATABASE ?? '',
  encryptionKeys: process.env.TWEESTAP_ENCRYPTION_KEYS ?? '',
  baseUrl: `http://localhost:${port}`,
  organisations: [{ id: 'de-linde', name: 'De Linde', returnTo: [`http://localhost:${port}`] }],
});

const page = readFileSync(new URL('public/login.html', import.meta.url), 'utf8');
// An import map is an inline script, so the policy names its hash.
const importMap = /<script type="importmap">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
const policy = [
  "default-src 'self'",
  `script-src 'self' 'sha256-${createHash('sha256').update(importMap).digest('base64')}'`,
  "object-src 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

const app = express();
app.use((_req, res, next) => {
  res.set('content-security-policy', policy);
  next();
});
app.use(tweestap.router);
app.use(
  '/elements',
  express.static(fileURLToPath(new URL('.', import.meta.resolve('@tweestap/elements/mfa-login.js')))),
);
app.use(express.static(fileURLToPath(new URL('public', import.meta.url))));
app.get('/login', (_req, res) => res.type('html').send(page));
app.get('/private', tweestap.requireSession(), (req, res) => res.send(`Hello ${sessionOf(req).user.username}`));
app.listen(port);
