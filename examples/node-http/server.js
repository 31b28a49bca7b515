import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createTweestap, sessionOf } from '@tweestap/server';

const port = Number(process.env.PORT ?? 3000);
const tweestap = await createTweestap({
  database: process.env.TWEESTAP_DATABASE ?? '',
  encryptionKeys: process.env.TWEESTAP_ENCRYPTION_KEYS ?? '',
  baseUrl: `http://localhost:${port}`,
  organisations: [{ id: 'de-linde', name: 'De Linde', returnTo: [`http://localhost:${port}`] }],
});

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Log in</title>
  <script type="module" src="/elements/mfa-login.js"></script>
  <mfa-login organisation="de-linde" return-to="/private"></mfa-login>
</html>`;

const requireSession = tweestap.requireSession();

createServer((req, res) => {
  const path = new URL(req.url ?? '', 'http://localhost').pathname;
  const [, element] = /^\/elements\/((?:chunks\/)?[a-z-]+\.js)$/.exec(path) ?? [];
  if (path.startsWith('/mfa/v1')) return tweestap.handler(req, res);
  if (path === '/login') return res.writeHead(200, { 'content-type': 'text/html' }).end(page);
  if (path === '/private') return requireSession(req, res, () => res.end(`Hello ${sessionOf(req).user.username}`));
  const file = new URL(element ?? 'none', import.meta.resolve('@tweestap/elements/mfa-login.js'));
  if (!element || !existsSync(file)) return res.writeHead(404).end();
  res.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(file));
}).listen(port);
