import type { Actor, Admin } from '@tweestap/server';

/** What is wrong, as the server tells it. */
export class Refused extends Error {
  readonly code: string;
  readonly faults: readonly { row?: number; column: string; expected: string }[];
  constructor(code: string, message: string, faults: Refused['faults'] = []) {
    super(message);
    this.code = code;
    this.faults = faults;
  }
}

export type Answer<V extends keyof Admin> = Awaited<ReturnType<Admin[V]>>;
export type Found = Answer<'find'>;

/** Who asks, and about whom. */
export interface Asker {
  actor: Actor;
  organisation: string;
}

/** Asks the server to do a verb. @throws Refused */
export async function ask<V extends keyof Admin>(verb: V, asker: Asker, rest: object): Promise<Answer<V>> {
  const response = await fetch(`/demo/admin/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...asker, ...rest }),
  }).catch(() => undefined);
  const answer = await response?.json().catch(() => undefined);
  if (response?.ok) return answer as Answer<V>;
  const { code = 'network', message = '', faults } = answer ?? {};
  throw new Refused(code, message, faults);
}
