import { isLoopbackHost } from '@tweestap/protocol/constants';
import type { RequestHandler } from 'express';

const peers = /^(?:::ffff:)?127\.|^::1$/;
const port = /:\d+$/;

/** By the peer's address, and by the name that was asked for: a page elsewhere may give its own name our address. */
export const loopbackOnly: RequestHandler = (req, res, next) => {
  const isOurs =
    peers.test(req.socket.remoteAddress ?? '') && isLoopbackHost((req.headers.host ?? '').replace(port, ''));
  if (isOurs) next();
  else res.status(403).json({ code: 'loopback-only', message: 'The demo’s own routes are for this machine alone.' });
};
