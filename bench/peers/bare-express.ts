import { createServer } from 'node:http';
import express from 'express';
import { expectStatus, post } from '../lib/http.ts';
import { listen } from '../lib/listen.ts';
import type { Peer } from '../lib/peer.ts';

/** The upper bound for Express: a route that reads and returns JSON, without a database or cryptography. */
export const bareExpress: Peer = {
  name: 'bare Express JSON route (bound)',
  serve() {
    const app = express();
    app.use(express.json());
    app.post('/code', (request, response) => {
      response.json({ ok: request.body.code.length === 6 });
    });
    return listen(createServer(app));
  },
  password: () => Promise.resolve({}),
  async code(port, _ticket, code) {
    expectStatus(await post(port, '/code', { code }), 200);
  },
};
