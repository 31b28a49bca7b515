import { type Proof, ProofError, verifyProof } from '../push/dpop.ts';
import { type PushCaller, type PushDeps, PushError } from '../push/push-context.ts';
import { linkedDevice } from '../store/push/push-subscriptions.ts';
import { useOnce } from '../store/requests/used-ids.ts';
import type { FactorRow } from '../store/schema.ts';
import { HttpProblem } from './answer.ts';
import type { Exchange, HttpDeps } from './route-table.ts';

/** A request that a phone has proven to be its own. */
export interface Phone {
  proof: Proof;
  caller: PushCaller;
}

/** A request of a linked phone. */
export interface LinkedPhone extends Phone {
  /** The factor of the phone. */
  device: FactorRow;
}

/** What the functions of a phone need. */
export const pushDeps = (deps: HttpDeps): PushDeps => ({ ...deps, ...deps.push });

/** Verifies the proof of possession of a request (RFC 9449), and changes nothing. @throws HttpProblem `bad-proof` */
export async function proofOf(deps: HttpDeps, { req, path }: Exchange): Promise<Proof> {
  const { clock, push } = deps;
  const now = clock();
  try {
    const urls = push.audiences.map((audience) => audience + path);
    return await verifyProof(req.headers.dpop, { method: req.method ?? '', urls, now });
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    deps.logger.debug({ reason: error.message }, 'a proof of possession was refused');
    throw badProof(now);
  }
}

/** Makes the `401` of RFC 9449 §7.1. The time of the server lets a phone correct its clock. */
function badProof(now: number): HttpProblem {
  const headers = ['WWW-Authenticate', 'DPoP error="invalid_dpop_proof", algs="ES256"'];
  return new HttpProblem('bad-proof', { headers, members: { serverTime: new Date(now).toISOString() } });
}

/** Uses a proof, once over all instances (RFC 9449 §11.1). @throws HttpProblem `bad-proof` */
export async function useProof({ database, clock }: HttpDeps, { id, expiresAt }: Proof): Promise<void> {
  if (!(await database.write((tx) => useOnce(tx, { kind: 'dpop', id, expiresAt })))) throw badProof(clock());
}

/** The caller of a request, for the audit. */
export function pushCallerOf({ addressOf }: HttpDeps, { req, correlationId }: Exchange): PushCaller {
  return { address: addressOf(req), correlationId };
}

/**
 * The linked phone of a request, whose proof is used. A removed phone is unknown at once on all instances.
 * @throws HttpProblem `bad-proof`; PushError `not-found`
 */
export async function linkedPhone(deps: HttpDeps, exchange: Exchange): Promise<LinkedPhone> {
  const proof = await proofOf(deps, exchange);
  const device = await linkedDevice(deps.database.read, proof.thumbprint);
  if (!device) throw new PushError('not-found');
  await useProof(deps, proof);
  return { proof, device, caller: pushCallerOf(deps, exchange) };
}

/** As `linkedPhone`, on a route that names the device: its id must be that of the key. */
export async function namedPhone(deps: HttpDeps, exchange: Exchange): Promise<LinkedPhone> {
  const phone = await linkedPhone(deps, exchange);
  if (phone.device.id !== exchange.id) throw new PushError('not-found');
  return phone;
}

/** Checks the proof and the phone without using the proof, before an `Idempotency-Key` is stored. */
export async function checkPhone(deps: HttpDeps, exchange: Exchange): Promise<void> {
  const { thumbprint } = await proofOf(deps, exchange);
  if (!(await linkedDevice(deps.database.read, thumbprint))) throw new PushError('not-found');
}
