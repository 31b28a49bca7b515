import assert from 'node:assert/strict';
import type { Ledger } from '../ledger.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import { dropFactors, hasFactor, type Passkey, rememberedFor, type User } from '../users.ts';
import type { ShownStep } from '../wire.ts';

/* What an accepted passkey proves. The ledger reads the client data and the flags itself, without a library. */

interface Credential {
  id: string;
  response: { clientDataJSON: string; authenticatorData?: string; attestationObject?: string };
}

interface ClientData {
  challenge: string;
  origin: string;
}

/** Records the challenge that a step shows. A flow accepts an answer to it once (R23). */
export function seeChallenge(flow: FlowRecord, step: ShownStep): void {
  const options = (step.options ?? step.passkey) as { challenge?: string } | undefined;
  if (options?.challenge === undefined) return;
  flow.challenges = new Set([...(flow.challenges ?? []), options.challenge]);
}

/** Checks that a credential answers an unused challenge of this flow on the right page. */
function answerChallenge(flow: FlowRecord, { response }: Credential): void {
  const text = Buffer.from(response.clientDataJSON, 'base64url').toString('utf8');
  const { challenge, origin } = JSON.parse(text) as ClientData;
  assert.ok(flow.challenges?.delete(challenge), 'a passkey answered a challenge of another flow, or one twice (R23)');
  assert.equal(origin, 'http://localhost', 'a passkey was accepted from another page (R22)');
}

/** Whether the authenticator states that it verified its user (WebAuthn L3 §6.1, bit 2 of the flags). */
const isVerified = (authenticatorData: string): boolean =>
  ((Buffer.from(authenticatorData, 'base64url')[32] ?? 0) & 4) !== 0;

function useOf(user: User, { id }: Credential): Passkey {
  const passkey = user.passkeys.find(({ credentialId }) => credentialId === id);
  assert.ok(passkey, 'a removed passkey, or one of another user, was accepted');
  return passkey;
}

/** A passkey instead of username and password: the user must have verified it (R1). */
export function provePasskeyAlone(ledger: Ledger, flow: FlowRecord, { credential }: SentInput, given: Given): void {
  const sent = credential as Credential;
  const user = ledger.users.find(
    ({ organisation, passkeys, state }) =>
      organisation.id === flow.organisation &&
      state !== 'gone' &&
      passkeys.some(({ credentialId }) => credentialId === sent.id),
  );
  assert.ok(user, 'a passkey was accepted that no user of the organisation has');
  assert.equal(user.state, 'active', 'a passkey was accepted for a disabled account');
  assert.ok(isVerified(sent.response.authenticatorData ?? ''), 'a passkey without user verification stood alone (R1)');
  answerChallenge(flow, sent);
  const passkey = useOf(user, sent);
  Object.assign(flow, { user, name: user.username, device: given.cookies.device, rememberFor: rememberedFor(user) });
  flow.factor = { method: 'passkey', at: given.sent, passkey, isVerified: true };
  ledger.devices.replayed(given.cookies.device);
}

/** A passkey as the second factor. */
export function provePasskey(
  _ledger: Ledger,
  flow: FlowRecord,
  { credential, remember }: SentInput,
  { sent: at }: Given,
): void {
  const sent = credential as Credential;
  assert.ok(flow.user, 'a second factor was accepted before the user was known');
  answerChallenge(flow, sent);
  const passkey = useOf(flow.user, sent);
  flow.factor = { method: 'passkey', at, passkey, isVerified: isVerified(sent.response.authenticatorData ?? '') };
  if (remember === true && flow.kind === 'login') flow.ticked = true;
}

/** An account with a factor must prove it in this flow (R9). A passkey does not replace others, except those that were lost. */
export function enrollPasskey(ledger: Ledger, flow: FlowRecord, { credential, name }: SentInput, given: Given): void {
  const { user } = flow;
  const sent = credential as Credential;
  assert.ok(user, 'a passkey was enrolled before the user was known');
  if (hasFactor(user)) assert.ok(flow.factor, 'a passkey was added without proof of a factor (R9)');
  answerChallenge(flow, sent);
  const data = Buffer.from(sent.response.attestationObject ?? '', 'base64url');
  // The authenticator data follows its key in the CBOR map; the flags are behind the hash of the relying party.
  const start = data.indexOf('authData') + 'authData'.length;
  const header = (data[start] ?? 0) === 0x58 ? 2 : 3;
  const passkey: Passkey = { credentialId: sent.id, ...(name === undefined ? {} : { name: String(name) }) };
  if (flow.desk) dropFactors(user);
  user.passkeys.push(passkey);
  // A disabled authenticator is replaced by any new factor (D7), and the ledger can't derive whether one is disabled.
  user.doubtful = true;
  flow.enrolled = { at: given.sent, passkey, isVerified: ((data[start + header + 32] ?? 0) & 4) !== 0 };
  ledger.revoke(user, 'a factor was bound', { flow, session: flow.session });
}
