import { isLoopbackHost } from '@tweestap/protocol/constants';
import type { RequestHandler } from 'express';

const peers = /^(?:::ffff:)?127\.|^::1$/;
const port = /:\d+$/;

/** Checks the peer's address and the Host header: another site can point its own name at the loopback address. */
export const loopbackOnly: RequestHandler = (req, res, next) => {
  const isLoopback =
    peers.test(req.socket.remoteAddress ?? '') && isLoopbackHost((req.headers.host ?? '').replace(port, ''));
  if (isLoopback) next();
  else res.status(403).json({ code: 'loopback-only', message: 'This route of the demo is for this machine only.' });
};
