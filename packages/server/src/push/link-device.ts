import type { PushDevice } from '@tweestap/protocol';
import { checkedName } from '../account/remove-factor.ts';
import { recordAudit } from '../audit/record.ts';
import { hashToken, newRowId, type Random } from '../crypto/tokens.ts';
import { deviceName } from '../devices/known-device.ts';
import { newTotpSecret } from '../factors/totp/secret.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import type { Tx } from '../store/database.ts';
import { activeFactors } from '../store/factors/factors.ts';
import { findFlow } from '../store/flows.ts';
import { claimPushLink, endExpiredPushLink, findPushLink, insertPushDevice } from '../store/push/push-links.ts';
import { isKnownThumbprint } from '../store/push/push-subscriptions.ts';
import type { PushDeviceRow, PushLinkRow } from '../store/push-tables.ts';
import { signal } from '../store/signals.ts';
import { type CodeChannel, type CodeMessage, codeChannels } from './code-channels.ts';
import { describeWaiting } from './describe.ts';
import type { Proof } from './dpop.ts';
import { type Owner, ownerOf, type PushCaller, type PushDeps, PushError } from './push-context.ts';
import { type DeviceSecrets, sealDevice } from './waiting-device.ts';

/** In ms: how long the code of a new phone is valid. */
const CODE_LIFE_MS = 10 * 60_000;
const DIGITS = 6;

/** What a phone sends to be linked. */
export interface LinkRequest extends PushCaller {
  /** The token of the link. */
  link: string;
  /** The proof of possession of the key to link. */
  proof: Proof;
  name: string | undefined;
  /** Only for the default name. */
  userAgent: string | undefined;
}

/** Kinds of flows that begin with a mailed link: a code to the same mailbox would prove nothing more. */
const MAILED_KINDS: ReadonlySet<string> = new Set(['activate', 'register', 'reset']);

/** The link of a token, if a phone may use it now. An expired one is ended permanently (R86). @throws PushError */
export async function usablePushLink(
  { database, clock }: Pick<PushDeps, 'database' | 'clock'>,
  token: string,
): Promise<PushLinkRow> {
  const { read } = database;
  const now = clock();
  const link = await findPushLink(read, hashToken(token));
  if (!link) throw new PushError('no-such-link');
  if (now >= link.expires_at) await database.write((tx) => endExpiredPushLink(tx, link.id, now));
  const isCurrent =
    link.device_id === null && link.voided_at === null && now < link.expires_at && now >= link.created_at;
  if (!isCurrent) throw new PushError('link-expired');
  if (link.flow_id !== null) {
    const flow = await findFlow(read, link.flow_id);
    if (!flow || flow.ended_at !== null || now >= flow.expires_at) throw new PushError('link-expired');
  }
  return link;
}

/**
 * Registers a phone that has opened a link and proven its key, and sends the code that confirms it (W1). Nothing can be
 * approved yet. @throws PushError
 */
export async function linkDevice(deps: PushDeps, request: LinkRequest): Promise<PushDevice> {
  const { database, keyring, clock, random } = deps;
  const now = clock();
  const { read } = database;
  const link = await usablePushLink(deps, request.link);
  const owner = await ownerOf(read, link).catch(() => Promise.reject(new PushError('link-expired')));
  const { thumbprint, key } = request.proof;
  // A key belongs to one account for ever, also after its device was removed.
  if (await isKnownThumbprint(read, thumbprint)) throw new PushError('not-allowed');
  const ways = await waysOf(deps, link, owner);
  const code = newCode(random, DIGITS);
  const named = newDevice(deps, { link, request, now });
  const message: CodeMessage = {
    ...{ code, device: named.name, host: new URL(deps.baseUrl).hostname, network: request.address },
    link: `${deps.baseUrl}/approve#mfa-code=${code}`,
    ...{ at: now, expiresAt: named.expires_at, keyring, random },
  };
  const row = await database.write(async (tx) => {
    await lockAccount(tx, link.account_id);
    if (!(await claimPushLink(tx, link.id, named.id, now))) throw new PushError('link-expired');
    const way = await takeWay(tx, ways, message);
    const secrets: DeviceSecrets = {
      jwk: key,
      totp: Buffer.from(newTotpSecret(random)).toString('base64'),
      ...(way === 'factor' ? {} : { code }),
    };
    const sent = typeof way === 'object' ? { channel: way.channel, sent_to: way.to } : { channel: way, sent_to: null };
    const made: PushDeviceRow = { ...named, ...sent, sealed: sealDevice(keyring, named, secrets) };
    await insertPushDevice(tx, made);
    await recordAudit(tx, { ...entryOf(made, request), event: 'push-device', result: 'ok', at: now }, random);
    if (link.flow_id !== null) signal(tx, `flow.${link.flow_id}`);
    return made;
  });
  return describeWaiting(row, keyring);
}

/** How the phone proves that it is the user's: a code to a channel, a code typed on the login screen, or another factor. */
type Way = CodeChannel | 'screen' | 'factor';

/** The ways in the order of preference. With a login screen there is always one that no sending limit stops. */
async function waysOf({ database: { read }, keyring }: PushDeps, link: PushLinkRow, owner: Owner): Promise<Way[]> {
  const flow = link.flow_id === null ? undefined : await findFlow(read, link.flow_id);
  const mayMail = flow !== undefined && !MAILED_KINDS.has(flow.kind);
  const channels = await codeChannels({ read, keyring }, owner, { mayMail });
  if (flow) return [...channels, 'screen'];
  const hasCodes = (await activeFactors(read, owner.account.id, 'totp')).length > 0;
  return hasCodes ? [...channels, 'factor'] : channels;
}

/**
 * Takes the first way that is possible now, and sends the code if it is a channel. @throws PushError `throttled` if every channel
 * has reached its limit, in which case the link remains usable, or `link-expired` if the account has no factor for it any more
 */
async function takeWay(tx: Tx, ways: readonly Way[], message: CodeMessage): Promise<Way> {
  let wait: number | undefined;
  for (const way of ways) {
    if (typeof way === 'string') return way;
    wait = await way.leave(tx, message);
    if (wait === undefined) return way;
  }
  throw wait === undefined ? new PushError('link-expired') : new PushError('throttled', wait);
}

function newDevice(
  { random }: PushDeps,
  { link, request, now }: { link: PushLinkRow; request: LinkRequest; now: number },
): Omit<PushDeviceRow, 'channel' | 'sent_to' | 'sealed'> {
  const { account_id, organisation_id, flow_id } = link;
  return {
    ...{ id: newRowId(random, now), account_id, organisation_id, flow_id },
    thumbprint: request.proof.thumbprint,
    name: checkedName(request.name ?? '') ?? deviceName(request.userAgent),
    tries: 0,
    created_at: now,
    expires_at: now + CODE_LIFE_MS,
    confirmed_at: null,
    provisioned_at: null,
  };
}

/** The fields of an audit entry about a phone. */
export function entryOf(
  { account_id, organisation_id }: { account_id: string; organisation_id: string },
  { address, correlationId }: PushCaller,
) {
  return { accountId: account_id, organisationId: organisation_id, method: 'push', address, correlationId };
}

/** A random number of that many digits, each number with the same probability. */
export function newCode(random: Random, digits: number): string {
  const count = 10 ** digits;
  // The largest multiple of `count` below 2^32: a value above it would make some numbers more probable.
  const limit = Math.floor(2 ** 32 / count) * count;
  for (;;) {
    const value = Buffer.from(random(4)).readUInt32BE();
    if (value < limit) return String(value % count).padStart(digits, '0');
  }
}
