import type { Phone as Signer } from '../../push/testing/phone.ts';
import { approved } from './ledger/judge-push.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Given } from './ledger/records.ts';
import type { Phone, User } from './ledger/users.ts';
import type { Call, Reply } from './ledger/wire.ts';
import type { Statistics } from './statistics.ts';

/** The address of the API in proofs of possession. */
const AUDIENCE = 'http://localhost/mfa/v1';

/** The phones of the walk, by the id of their factor. */
const signers = new Map<string, Signer>();

/** Adds a phone of a user. */
export function keepPhone(id: string, signer: Signer): void {
  signers.set(id, signer);
}

/** The part of a walk that phones use. A browser carries their requests. */
interface Carrier<Browser> {
  ledger: Ledger;
  place: { statistics: Statistics };
  send(browser: Browser, call: Omit<Call, 'cookies' | 'address'>): Promise<{ reply: Reply; given: Given }>;
}

interface Own {
  user: User;
  phone: Phone;
}

/** Sends a request of a phone, with a proof of possession. */
export async function askOf<B>(
  walk: Carrier<B>,
  browser: B,
  { phone }: Own,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ reply: Reply; given: Given }> {
  const dpop = await signers.get(phone.id)?.proof(method, AUDIENCE + path);
  return await walk.send(browser, { method, path, body, dpop });
}

/** Sends a request that changes nothing, of a phone or without one. */
export async function askPhone<B>(
  walk: Carrier<B>,
  browser: B,
  method: string,
  path: (id: string) => string,
  body: unknown = method === 'GET' ? undefined : {},
): Promise<void> {
  const user = walk.ledger.users.find(({ phones }) => phones.length > 0);
  const phone = user?.phones.at(-1);
  if (user && phone) await askOf(walk, browser, { user, phone }, method, path(phone.id), body);
  else await walk.send(browser, { method, path: path('A'.repeat(22)), body });
}

/** Answers the pending request of a user: with the right number, for low values of `good` with a wrong one, or twice. */
export async function answerRequest<B>(walk: Carrier<B>, browser: B, user: User, good: number): Promise<void> {
  const phone = user.phones.at(-1);
  const signer = signers.get(phone?.id ?? '');
  if (!phone || !signer) return;
  const own = { user, phone };
  const { reply } = await askOf(walk, browser, own, 'GET', '/push/requests');
  const [request] = reply.body.requests ?? [];
  if (!request) return;
  const shown = [...walk.ledger.flows.values()].find(({ push }) => push?.id === request.id)?.push?.number;
  const right = request.digits === 0 ? undefined : (shown ?? '0'.repeat(request.digits));
  const number =
    good === 0 && right !== undefined ? right.replace(/^./, (digit) => String((Number(digit) + 1) % 10)) : right;
  const answer = await signer.answer(request, 'approve', { number });
  const path = `/push/requests/${request.id}`;
  const sent = await askOf(walk, browser, own, 'POST', path, { answer });
  walk.place.statistics.record('approvals', String(sent.reply.status));
  if (sent.reply.status === 200) approved(walk.ledger, { ...own, id: request.id, number });
  // An answer that was lost may have been recorded.
  else if (sent.given.lost && number === right) walk.ledger.approvals.set(request.id, own);
  if (good % 5 === 4) await askOf(walk, browser, own, 'POST', path, { answer });
}
