import type { Actor, Admin } from '@tweestap/server';
import { say } from './words.ts';

/** A refusal of the server, or a failed request. */
export class Refused extends Error {
  readonly code: string;
  readonly faults: readonly { row?: number; column: string; expected: string }[];
  constructor(code: string, message: string, faults: Refused['faults'] = []) {
    super(message);
    this.code = code;
    this.faults = faults;
  }
}

export type Result<V extends keyof Admin> = Awaited<ReturnType<Admin[V]>>;
export type Found = Result<'find'>;

/** The actor of a request and the organisation that it is about. */
export interface Asker {
  actor: Actor;
  organisation: string;
}

/** Calls an admin verb on the server. @throws Refused */
export async function ask<V extends keyof Admin>(verb: V, asker: Asker, rest: object): Promise<Result<V>> {
  const response = await fetch(`/demo/admin/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...asker, ...rest }),
  }).catch(() => undefined);
  const result = await response?.json().catch(() => undefined);
  if (response?.ok) return result as Result<V>;
  const { code = 'network', message = '', faults } = result ?? {};
  throw new Refused(code, message, faults);
}

/** The reason of a refusal as a text. A code without a translation shows the server's own message. */
export function explain({ code, message }: Refused): string {
  if (code === 'not-allowed' && message.includes('seven days')) return say('failed', { why: say('sameActor') });
  const known = code === 'network' ? say('network') : code === 'not-allowed' ? say('notAllowed') : message;
  return say('failed', { why: known });
}
