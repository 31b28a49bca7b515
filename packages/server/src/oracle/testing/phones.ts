import { Phone as Signer } from '../../push/testing/phone.ts';
import { judgePhone } from './ledger/judge/phones.ts';
import { otp, timeStepAt } from './ledger/otp.ts';
import type { WaitingPhone } from './ledger/phones.ts';
import { AUDIENCE } from './ledger/proofs/possession.ts';
import { answered } from './ledger/proofs/push.ts';
import type { FlowRecord, SentInput } from './ledger/records.ts';
import { appsOf, type Phone, type User } from './ledger/users.ts';
import type { Reply, ShownStep } from './ledger/wire.ts';
import type { Carrier, Tabs } from './place.ts';

/* What the phones of a walk do. */

/** The phones in software, by the id that the server gave them. */
const signers = new Map<string, Signer>();

/** Adds a phone in software. */
export function keepPhone(id: string, signer: Signer): void {
  signers.set(id, signer);
}

/** The phone in software with an id. */
export const signerOf = (id: string | undefined): Signer | undefined => signers.get(id ?? '');

/** The phones of strangers, by walk. */
const strangers = new WeakMap<Carrier, Signer>();

/** A phone that no user has. */
export async function strangerOf(walk: Carrier): Promise<Signer> {
  const known = strangers.get(walk) ?? (await Signer.create(walk.now));
  strangers.set(walk, known);
  return known;
}

/** A request of a phone. */
export interface Asked {
  /** The HTTP method. */
  method: string;
  /** The path below the mount path. */
  path: string;
  /** The body before it is encoded as JSON. */
  body?: unknown;
  /** The proof of possession. Default: a new one of the phone. */
  dpop?: string;
}

/**
 * Sends a request of a phone, and has it judged. A phone without an answer repeats its request. `isRepeated`: the answer to the
 * first one was lost, so the second one may find nothing left to do.
 */
export async function askOf(
  walk: Carrier,
  browser: Tabs,
  signer: Signer,
  asked: Asked,
): Promise<{ reply: Reply; isRepeated: boolean }> {
  const { method, path, body } = asked;
  for (let isRepeated = false; ; isRepeated = true) {
    const proof = isRepeated ? undefined : asked.dpop;
    const dpop = proof ?? (await signer.proof(method, AUDIENCE + path.split('?')[0]));
    const { reply, given } = await walk.send(browser, { method, path, body, dpop });
    if (given.lost && !isRepeated) continue;
    judgePhone(walk.ledger, { method, path, body, dpop }, reply, given);
    return { reply, isRepeated };
  }
}

/** Opens a link with a new phone. Returns the phone that waits for its code; undefined if it was refused. */
export async function openLink(
  walk: Carrier,
  browser: Tabs,
  link: string,
  given: { signer?: Signer; publicKey?: object } = {},
): Promise<WaitingPhone | undefined> {
  const signer = given.signer ?? (await Signer.create(walk.now));
  const body = { link, publicKey: given.publicKey ?? signer.publicKey, name: `phone ${walk.next()}` };
  const { reply } = await askOf(walk, browser, signer, { method: 'POST', path: '/push/devices', body });
  const { device } = reply.body;
  if (reply.status !== 201 || !device) return undefined;
  keepPhone(device.id, signer);
  await walk.readMail();
  return walk.ledger.phones.waiting.get(device.id);
}

/** The code that confirms a phone, as its user reads it. */
export function codeFor(walk: Carrier, { user, channel, code, from }: WaitingPhone): string {
  if (channel === 'screen') return code ?? '';
  const app = appsOf(user).at(-1);
  if (channel === 'factor') return app ? otp(app.secret, timeStepAt(walk.now())) : '000000';
  return user.phoneCodes.findLast((each) => each.channel === channel && each.at >= from)?.code ?? '000000';
}

/** A code that is certainly wrong. */
export const wrongOf = (code: string): string => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10));

/** Types the code of a phone on it. */
export async function confirmPhone(
  walk: Carrier,
  browser: Tabs,
  phone: WaitingPhone,
  { code = codeFor(walk, phone), signer = signerOf(phone.id) }: { code?: string; signer?: Signer | undefined } = {},
): Promise<Reply | undefined> {
  if (!signer) return undefined;
  const path = `/push/devices/${phone.id}/confirm`;
  const { reply } = await askOf(walk, browser, signer, { method: 'POST', path, body: { code } });
  return reply;
}

/** The user links a phone while a flow shows its link. Returns the next input of the flow. */
export async function linkInFlow(
  walk: Carrier,
  browser: Tabs,
  { flow, step, good }: { flow: FlowRecord; step: ShownStep; good: number },
): Promise<SentInput> {
  const poll = { step: 'enroll-push', action: 'poll' };
  if (good === 2) return { step: 'enroll-push', action: 'resend' };
  if (good === 3) return { step: 'enroll-push', action: 'back', to: 'enroll-method' };
  const link = String(step.uri).split('#mfa-push=')[1] ?? '';
  const phone = step.state === 'waiting' ? await openLink(walk, browser, link) : walk.ledger.phones.of(flow);
  if (!phone) return poll;
  const right = codeFor(walk, phone);
  const code = good < 2 ? wrongOf(right) : right;
  if (phone.channel === 'screen') return { step: 'enroll-push', code };
  if (!phone.isConfirmed) await confirmPhone(walk, browser, phone, { code });
  return poll;
}

/** How a phone answers a request. */
export interface How {
  /** Default: `approve`. */
  answer?: 'approve' | 'deny';
  /** The number that is typed. Default: the right one. */
  number?: string | undefined;
  /** The phone that signs the answer. Default: the phone that sends it. */
  by?: Signer | undefined;
  /** The challenge that is signed. Default: that of the request. */
  challenge?: string;
  /** Whether the same answer is sent a second time. */
  twice?: boolean;
}

/** The requests that a phone of the user is shown. */
export async function requestsOf(walk: Carrier, browser: Tabs, phone: Phone) {
  const signer = signerOf(phone.id);
  if (!signer) return [];
  const { reply } = await askOf(walk, browser, signer, { method: 'GET', path: '/push/requests' });
  return reply.body.requests ?? [];
}

/** The number that the login screen shows for a request; undefined if none is asked. */
function numberOf({ ledger }: Carrier, { id, digits }: { id: string; digits: number }): string | undefined {
  return digits === 0 ? undefined : (ledger.phones.requests.get(id)?.number ?? '0'.repeat(digits));
}

/** Answers a request from a phone. */
export async function respond(
  walk: Carrier,
  browser: Tabs,
  { user, phone }: { user: User; phone: Phone },
  request: { id: string; challenge: string; digits: number },
  { answer = 'approve', by, challenge = request.challenge, twice = false, ...how }: How = {},
): Promise<Reply | undefined> {
  const signer = signerOf(phone.id);
  if (!signer) return undefined;
  const typed = 'number' in how ? how.number : numberOf(walk, request);
  const number = answer === 'deny' ? undefined : typed;
  // Another signer claims to be this phone.
  const header = { kid: signer.thumbprint };
  const signed = await (by ?? signer).answer({ id: request.id, challenge }, answer, { number, header });
  const asked = { method: 'POST', path: `/push/requests/${request.id}`, body: { answer: signed } };
  const before = walk.ledger.phones.requests.get(request.id);
  const wasOpen = before && before.dead === undefined && !before.approval && walk.now() < before.until;
  const { reply, isRepeated } = await askOf(walk, browser, signer, asked);
  // The first answer was lost, and had been carried out.
  if (isRepeated && reply.body.code === 'request-ended' && wasOpen && !by && user.phones.includes(phone)) {
    const given = { sent: walk.now(), now: walk.now(), cookies: {}, disturbed: true, lost: true };
    answered(walk.ledger, { user, phone }, { id: request.id, body: asked.body, given });
  }
  if (twice) await askOf(walk, browser, signer, asked);
  return reply;
}

/** A phone of the user answers the pending request: rightly, and wrongly for low values of `good`. */
export async function answerRequest(walk: Carrier, browser: Tabs, user: User, good: number): Promise<void> {
  const phone = user.phones.at(-1);
  const [request] = phone ? await requestsOf(walk, browser, phone) : [];
  if (!phone || !request) return;
  const right = numberOf(walk, request);
  if (good === 1) return void (await respond(walk, browser, { user, phone }, request, { answer: 'deny' }));
  const number = good === 0 && right !== undefined ? wrongOf(right) : right;
  await respond(walk, browser, { user, phone }, request, { number, twice: good % 5 === 4 });
}
