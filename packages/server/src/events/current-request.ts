import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';

const current = new AsyncLocalStorage<IncomingMessage>();

/** Runs the work of one request, whose events name it. */
export const withRequest = <T>(req: IncomingMessage, work: () => T): T => current.run(req, work);

/** The request whose work is running; undefined outside of any. */
export const currentRequest = (): IncomingMessage | undefined => current.getStore();
