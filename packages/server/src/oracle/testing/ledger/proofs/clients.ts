import assert from 'node:assert/strict';
import type { JsonWebKey } from 'node:crypto';
import { isSignedBy, readJws, textOf } from '../jws.ts';
import type { Ledger } from '../ledger.ts';
import type { BeginBody, FlowRecord, Given, SentInput, SessionRecord } from '../records.ts';
import type { Client, Installation, Organisation, User } from '../users.ts';
import { AUDIENCE, useOnce } from './possession.ts';

/* What a client proves that authenticates itself by a signed assertion (RFC 7523, R94). */

/** seconds */
const MAX_LIFE = 300;
const TOLERANCE = 31;
/** ms */
const FRESH = 300_000;
const MAX_INSTALLATIONS = 10;

/** Judges a flow that began in the name of a client: it is a login, and a key of the client signed the assertion, once. */
export function authenticate(
  ledger: Ledger,
  flow: FlowRecord,
  { client: id, clientAssertion: assertion }: BeginBody,
  [first]: readonly SentInput[],
  { now }: Given,
): void {
  if (id === undefined && assertion === undefined) return;
  assert.equal(flow.kind, 'login', 'a client began another flow than a login (R94)');
  assert.ok(id !== undefined && assertion !== undefined, 'a client began a flow without an assertion (R94)');
  const organisation = organisationOf(ledger, String(first?.organisation));
  const client = organisation?.clients.find((each) => each.id === id);
  assert.ok(organisation && client, 'a client began a flow that the organisation does not have (R94)');
  assertClaims(ledger, assertion, { client: id, subject: id, organisation, now });
  const own = ownersOf(ledger, organisation).find(
    ({ installation: { client: of, key } }) => of === id && isSignedBy(assertion, key),
  );
  if (client.installations && own) {
    flow.client = { id, key: own.installation.key, installation: own.installation, owner: own.user };
  } else {
    assert.ok(client.key && isSignedBy(assertion, client.key), 'a key that is not the client’s began a flow (R94)');
    flow.client = { id, key: client.key };
  }
}

interface Expected {
  client: string;
  subject: string;
  organisation: Organisation;
  now: number;
}

function assertClaims(ledger: Ledger, token: string, { client, subject, organisation, now }: Expected): void {
  const { iss, sub, aud, iat, exp, jti } = readJws(token).payload;
  assert.deepEqual([iss, sub, aud], [client, subject, AUDIENCE], 'an assertion for another purpose was accepted (R94)');
  const [from, until, present] = [Number(iat), Number(exp), Math.floor(now / 1000)];
  assert.ok(until - from <= MAX_LIFE, 'an assertion that is valid for too long was accepted (R94)');
  assert.ok(from - TOLERANCE <= present, 'an assertion of the future was accepted (R94)');
  assert.ok(present < until + TOLERANCE, 'an expired assertion was accepted (R94)');
  useOnce(ledger, `${organisation.id} ${client} ${jti}`, 'an assertion was accepted twice (R94)');
}

const organisationOf = ({ users }: Ledger, id: string): Organisation | undefined =>
  users.find(({ organisation }) => organisation.id === id)?.organisation;

function ownersOf({ users }: Ledger, { id }: Organisation): { user: User; installation: Installation }[] {
  const own = users.filter(({ organisation }) => organisation.id === id);
  return own.flatMap((user) => user.installations.map((installation) => ({ user, installation })));
}

/** Whether the client of a flow may log in with the password alone, by the present policy (R94). */
export function isPasswordEnough({ client }: FlowRecord, user: User): boolean {
  const found = user.organisation.clients.find((each: Client) => each.id === client?.id);
  if (!client || found?.factor !== 'password') return false;
  if (client.installation) return found.installations && user.installations.includes(client.installation);
  return found.key !== undefined && textOf(found.key) === textOf(client.key);
}

/** Judges a key that was registered for an installation: after a fresh factor, with a proof by that key, for one account. */
export function installed(
  ledger: Ledger,
  { user, acr, factorTime = Number.NEGATIVE_INFINITY }: SessionRecord,
  { client, id, body, given }: { client: string; id: string; body: unknown; given: Given },
): void {
  const { publicKey, proof } = body as { publicKey: JsonWebKey; proof: string };
  const { organisation } = user;
  const found = organisation.clients.find((each) => each.id === client);
  assert.ok(found?.installations, 'an installation of an unknown client was registered (R94)');
  assert.ok(
    acr === 'aal2' && given.sent - factorTime <= FRESH,
    'an installation was registered without a factor (R94)',
  );
  assert.ok(isSignedBy(proof, publicKey), 'an installation was registered without a proof of its key (R94)');
  assertClaims(ledger, proof, { client, subject: user.id, organisation, now: given.now });
  const same = ownersOf(ledger, organisation).find(
    ({ installation }) => installation.client === client && textOf(installation.key) === textOf(publicKey),
  );
  if (same) assert.equal(same.user, user, 'the key of an installation serves two accounts (R94)');
  user.installations = user.installations.filter((each) => each !== same?.installation);
  user.installations.push({ id, client, key: publicKey });
  assert.ok(user.installations.length <= MAX_INSTALLATIONS, 'an account has too many installations (R93)');
  ledger.note('an installation');
}
