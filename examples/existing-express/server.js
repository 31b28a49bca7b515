import { fileURLToPath } from 'node:url';
import { createTweestap, sessionOf } from '@tweestap/server';
import express from 'express';
import { addUser, findUser, isPasswordOf } from './users.js';

const port = Number(process.env.PORT ?? 3000);
await addUser('anna', 'correct horse battery');

/** How Tweestap asks the portal for its users. It stores no password of its own. */
const directory = {
  find: async ({ username }) => {
    const user = findUser(username);
    return user && { id: String(user.nr), username: user.login, active: true };
  },
  verifyPassword: ({ id }, password) => isPasswordOf(Number(id), password),
};

const tweestap = await createTweestap({
  database: process.env.TWEESTAP_DATABASE ?? '',
  encryptionKeys: process.env.TWEESTAP_ENCRYPTION_KEYS ?? '',
  baseUrl: `http://localhost:${port}`,
  organisations: [{ id: 'de-linde', name: 'De Linde', returnTo: [`http://localhost:${port}`] }],
  directory,
});

const app = express();
app.use(tweestap.router);
app.use(
  '/elements',
  express.static(fileURLToPath(new URL('.', import.meta.resolve('@tweestap/elements/mfa-login.js')))),
);
app.get('/login', (_req, res) =>
  res.sendFile('login.html', { root: fileURLToPath(new URL('public', import.meta.url)) }),
);
app.get('/private', tweestap.requireSession(), (req, res) => res.send(`Hello ${sessionOf(req).user.username}`));
app.listen(port);
