import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createTweestap } from '@tweestap/server';

/* Starts the portal in Python, and the server of Tweestap beside it: on a port of its own, so on another origin. */

const pythons = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean);
const python = pythons.find((name) => spawnSync(name, ['-c', 'import cryptography, jwt']).status === 0);
if (!python) {
  console.error('Python 3 with PyJWT and cryptography is missing: apt-get install python3-jwt python3-cryptography');
  process.exit(1);
}

const port = process.env.PORT ?? '3000';
const portalOrigin = `http://localhost:${port}`;

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const loginServer = `http://localhost:${server.address().port}`;
const tweestap = await createTweestap({
  database: process.env.TWEESTAP_DATABASE ?? '',
  encryptionKeys: process.env.TWEESTAP_ENCRYPTION_KEYS ?? '',
  baseUrl: loginServer,
  organisations: [{ id: 'de-linde', name: 'De Linde' }],
  portals: [{ origin: portalOrigin }],
});
server.on('request', tweestap.handler);

const env = { ...process.env, PORT: port, PORTAL_ORIGIN: portalOrigin, LOGIN_SERVER: loginServer };
const portal = spawn(python, ['portal.py'], { cwd: import.meta.dirname, env, stdio: 'inherit' });

// Both end together: a signal ends the portal, and the end of the portal ends the rest.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => portal.kill(signal));
const [code] = await once(portal, 'exit');
server.closeAllConnections();
server.close();
await tweestap.close();
process.exitCode = code ?? 0;
