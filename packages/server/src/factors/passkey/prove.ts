import type { PasskeyAssertion } from '@tweestap/protocol';
import { sealData } from '../../flow/rules/factor.ts';
import { type Effect, effect, type Refused, type StepContext, without } from '../../flow/rules/step-definition.ts';
import { notify } from '../../notices/notify.ts';
import { holdAccount } from '../../store/accounts/hold-account.ts';
import { activeFactors, setFactorData } from '../../store/factors/factors.ts';
import { factorByExternalId, usePasskey } from '../../store/factors/passkeys.ts';
import type { FactorRow } from '../../store/schema.ts';
import { type AssertionVerdict, judgeAssertion } from './assertion.ts';
import { openChallenge, withChallenge } from './challenge.ts';
import { openPasskey, type PasskeyData, passkey } from './factor.ts';
import { allowsPasskeys, relyingPartyOf } from './relying-party.ts';

/** A passkey that was proven. The effects belong in the transaction of the proof. */
export interface PasskeyProof {
  outcome: 'proven';
  row: FactorRow;
  how: string | undefined;
  effects: Effect[];
}

/** The active passkeys of an account, opened. */
export async function passkeysOf(
  { read, keyring }: Pick<StepContext, 'read' | 'keyring'>,
  accountId: string,
): Promise<{ row: FactorRow; data: PasskeyData }[]> {
  const rows = await activeFactors(read, accountId, 'passkey');
  return rows.map((row) => ({ row, data: openPasskey(row, keyring) }));
}

/**
 * Verifies a passkey against the challenge of this flow. `alone` finds the account by the passkey; `second` accepts only
 * those of the flow's user. Any answer uses up the challenge (R23): the facts of a refusal contain a new one.
 */
export async function provePasskey(
  credential: PasskeyAssertion,
  context: StepContext,
  as: 'alone' | 'second',
): Promise<PasskeyProof | Refused> {
  const facts = withChallenge(context.facts, context);
  const challenge = openChallenge(context);
  if (challenge === undefined) {
    return { outcome: 'refused', refusal: { code: 'passkey-expired' }, counts: false, facts };
  }
  const row = await factorByExternalId(context.read, 'passkey', credential.id);
  if (!row) return wrong({ code: 'wrong-passkey', unknown: true }, facts);
  if (!(await isAllowed(row, context, as))) return wrong({ code: 'wrong-passkey' }, facts);
  const data = openPasskey(row, context.keyring);
  const relyingParty = await relyingPartyOf(context);
  const verdict = await judgeAssertion(credential, { passkey: { row, data }, challenge, relyingParty, as });
  if (verdict.outcome === 'accepted') {
    return { outcome: 'proven', row, how: verdict.how, effects: acceptUse({ row, data }, verdict, context) };
  }
  const refusal = wrong({ code: verdict.code }, facts);
  return verdict.isCopied ? { ...refusal, about: row.account_id, effects: [reportCopy(row, context)] } : refusal;
}

function wrong(refusal: Refused['refusal'], facts: Refused['facts'] & object): Refused {
  return { outcome: 'refused', refusal, counts: true, facts };
}

/** Whether this flow accepts a passkey at all. A passkey of another organisation or user is refused like a wrong one. */
async function isAllowed(row: FactorRow, context: StepContext, as: 'alone' | 'second'): Promise<boolean> {
  const { facts, organisation } = context;
  if (row.organisation_id !== facts.organisation) return false;
  return as === 'second' ? row.account_id === facts.person?.id : allowsPasskeys(await organisation());
}

type Accepted = Extract<AssertionVerdict, { outcome: 'accepted' }>;

/** The effects of a proof: the account is still active, the counter rises, and a changed backup state is stored. */
function acceptUse(
  { row, data }: { row: FactorRow; data: PasskeyData },
  { signCount, backedUp }: Accepted,
  { dialect, now, keyring }: StepContext,
): Effect[] {
  const active: Effect = {
    lost: 'wrong-passkey',
    first: true,
    apply: async (tx) => (await holdAccount(tx, dialect, row.account_id))?.state === 'active',
  };
  const use: Effect = { lost: 'wrong-passkey', apply: (tx) => usePasskey(tx, { factorId: row.id, signCount, now }) };
  if (backedUp === data.backedUp) return [active, use];
  const sealed = sealData(passkey, row, { ...data, backedUp }, keyring);
  return [active, use, effect((tx) => setFactorData(tx, row.id, sealed))];
}

/** Notifies the user that a passkey may have been copied: its signature counter did not rise (WebAuthn L3 §6.1.1). */
function reportCopy(row: FactorRow, { now, random }: StepContext): Effect {
  const { organisation_id: organisationId, account_id: accountId, name } = row;
  return effect((tx) =>
    notify(tx, { notice: 'passkey-copied', organisationId, accountId, at: now, random, data: { device: name } }),
  );
}

/** The facts without the challenge, which was answered. */
export const withoutChallenge = (facts: StepContext['facts']): StepContext['facts'] => without(facts, 'challenge');
