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

const policy = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html vue',
].join('; ');

const built = fileURLToPath(new URL('dist', import.meta.url));
const app = express();
app.use((_req, res, next) => {
  res.set('content-security-policy', policy);
  next();
});
app.use(tweestap.router);
app.get('/api/me', tweestap.requireSession(), (req, res) => res.json({ username: sessionOf(req).user.username }));
app.use(express.static(built));
app.get('/login', (_req, res) => res.sendFile('index.html', { root: built }));
app.listen(port);
