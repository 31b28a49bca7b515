import type { Facts, Possession } from './facts.ts';

/** `has` as version 11 of the tables stores it: it knows one method. */
interface EarlierPossession extends Omit<Possession, 'active'> {
  totp: boolean;
}

/**
 * The facts as a flow's row holds them. `has` is written for the previous version as well, which may take over a flow of
 * this one while an upgrade runs.
 */
export function storeFacts(facts: Facts): string {
  if (!facts.has) return JSON.stringify(facts);
  return JSON.stringify({ ...facts, has: { ...facts.has, totp: (facts.has.active.totp ?? 0) > 0 } });
}

/** Reads the facts of a row of this version or the previous one, whose `totp` is right where the two differ. */
export function readFacts(text: string): Facts {
  const { has, ...facts } = JSON.parse(text) as Omit<Facts, 'has'> & { has?: EarlierPossession & Partial<Possession> };
  if (!has) return facts;
  const { totp, active = {}, ...rest } = has;
  const isSame = totp === (active.totp ?? 0) > 0;
  return { ...facts, has: { ...rest, active: isSame ? active : { ...active, totp: totp ? 1 : 0 } } };
}
