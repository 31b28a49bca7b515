import { existsSync, readFileSync } from 'node:fs';
import { renderLogin } from '@tweestap/elements/server.js';
import { createTweestap, sessionOf } from '@tweestap/server';
import fastify from 'fastify';

const port = Number(process.env.PORT ?? 3000);
const tweestap = await createTweestap({
  database: process.env.TWEESTAP_DATABASE ?? '',
  encryptionKeys: process.env.TWEESTAP_ENCRYPTION_KEYS ?? '',
  baseUrl: `http://localhost:${port}`,
  organisations: [{ id: 'de-linde', name: 'De Linde', returnTo: [`http://localhost:${port}`] }],
});

/** The first screen is in the HTML, so users can type before the script is loaded. */
const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Log in</title>
  <script type="module" src="/elements/mfa-login.js"></script>
  ${renderLogin({ lang: 'en', organisation: 'de-linde', returnTo: '/private' })}
</html>`;

const app = fastify();
app.addHook('onRequest', tweestap.router);
app.get('/login', (_request, reply) => reply.type('text/html').send(page));
app.get(
  '/private',
  { onRequest: tweestap.requireSession() },
  async (request) => `Hello ${sessionOf(request).user.username}`,
);

/** The elements' files: those of the package, and no others. */
app.get('/elements/*', (request, reply) => {
  const name = request.params['*'];
  const file = new URL(name, import.meta.resolve('@tweestap/elements/mfa-login.js'));
  if (!/^(?:chunks\/)?[a-z-]+\.js$/.test(name) || !existsSync(file)) return reply.code(404).send();
  return reply.type('text/javascript').send(readFileSync(file));
});

app.addHook('onClose', () => tweestap.close());
await app.listen({ port });
