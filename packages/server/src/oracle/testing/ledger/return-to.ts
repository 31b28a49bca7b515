import assert from 'node:assert/strict';
import type { Ledger } from './ledger.ts';
import { BASE_URL } from './origins.ts';
import type { FlowRecord } from './records.ts';
import type { Organisation, User } from './users.ts';
import type { ShownStep } from './wire.ts';

/* The address to which a login returns (R70), judged by its text. */

/** What may follow an origin: nothing, or a path, a query or a fragment that every parser reads in the same way. */
const REST = /^(?:[/?#][!-[\]-~]*)?$/;

/** Whether a login of an organisation may return to an address. */
export function mayReturn({ returnTo }: Organisation, address: string): boolean {
  return [BASE_URL, ...returnTo].some(
    (origin) => address.startsWith(origin) && REST.test(address.slice(origin.length)),
  );
}

/** The host of the website that a login of a user returns to: that of the server without an allowed address. */
export function returnHost({ returnTo }: FlowRecord, { organisation }: User): string {
  return new URL(returnTo !== undefined && mayReturn(organisation, returnTo) ? returnTo : BASE_URL).host;
}

/** Judges a step: the last one of a login shows the address that was asked for if it is still allowed, and no other one. */
export function judgeReturn(ledger: Ledger, flow: FlowRecord, step: ShownStep): void {
  const organisation = ledger.users.find((each) => each.organisation.id === flow.organisation)?.organisation;
  const { returnTo } = flow;
  const isShown = step.type === 'done' && returnTo !== undefined && organisation && mayReturn(organisation, returnTo);
  assert.equal(step.returnTo, isShown ? returnTo : undefined, 'a login returned to another address (R70)');
  if (isShown) ledger.note('a login with an address to return to');
  else if (step.type === 'done' && returnTo !== undefined) ledger.note('a login without a refused address');
}
