import { fileURLToPath } from 'node:url';
import { createTweestap } from '@tweestap/server';
import express from 'express';

const port = Number(process.env.PORT ?? 3000);
const tweestap = await createTweestap({
  database: process.env.TWEESTAP_DATABASE ?? '',
  encryptionKeys: process.env.TWEESTAP_ENCRYPTION_KEYS ?? '',
  baseUrl: `http://localhost:${port}`,
  organisations: [{ id: 'de-linde', name: 'De Linde' }],
});

const built = fileURLToPath(new URL('dist', import.meta.url));
const app = express();
app.use(tweestap.router);
app.use(express.static(built));
app.get('/login', (_req, res) => res.sendFile('index.html', { root: built }));
app.listen(port);
