import { type Clock, newId, type Random } from '../crypto/tokens.ts';
import { type Logger, loggable } from '../runtime/log.ts';
import { type Database, StoreUnavailableError } from '../store/database.ts';
import {
  claimMessage,
  dropMessage,
  isCodeOpen,
  isMessageDue,
  postponeMessage,
  settleDead,
  settleRetry,
  settleSent,
} from '../store/outbox.ts';
import type { OutboxRow } from '../store/schema.ts';
import { type Channel, type Receipt, SendFailure } from './channel.ts';

const SECOND = 1000;
/** How often the outbox is polled, in ms: for retries that are due, and for rows that another process added. */
const POLL_INTERVAL_MS = 2 * SECOND;
/** How many messages of a channel are sent at the same time. */
const LANES = 4;
/** How long `stop` waits for running attempts, in ms. */
const GRACE = 5 * SECOND;
/** The first and the longest pause after failures that concern all messages, in ms. */
const OUTAGE_PAUSE = { first: 2 * SECOND, max: 60 * SECOND };

/** The dependencies of `startSender`. */
export interface SenderDeps<Message extends object> {
  database: Database;
  channel: Channel<Message>;
  clock: Clock;
  random: Random;
  logger: Logger;
}

/** A running sender. */
export interface Sender {
  /** Polls the outbox now, because a row may have been added. */
  wake(): void;
  /** Resolves when no row is due, or when sending is paused because of an outage. */
  idle(): Promise<void>;
  /** Starts no further attempts, waits a few seconds for the running ones, and closes the channel. */
  stop(): Promise<void>;
}

/**
 * Sends the messages of one channel of the outbox (docs/decisions/0011). Each attempt is claimed by one conditional statement
 * under a lease, made outside any transaction, and completed only by the sender that claimed it. When a sender is killed, the
 * rows that it had claimed are due again after the lease, with the same id. Each channel has its own sender, so an outage of
 * one stops no other.
 */
export function startSender<Message extends object>(deps: SenderDeps<Message>): Sender {
  const { database, clock, logger, channel } = deps;
  const late = new AbortController();
  let isStopping = false;
  let round: Promise<void> | undefined;
  let again = false;
  const outage = { failures: 0, until: 0 };

  const lane = async (): Promise<void> => {
    while (!isStopping && clock() >= outage.until) {
      const claimed = await claim(deps);
      if (!claimed) return;
      const failure = await attempt(deps, claimed, late.signal);
      outage.failures = failure?.outage ? outage.failures + 1 : 0;
      outage.until = failure?.outage ? clock() + outagePause(outage.failures, failure) : 0;
    }
  };
  const lanes = async (): Promise<void> => {
    if (!(await isMessageDue(database.read, channel.name, clock()))) return;
    // Waits for all lanes, also when one of them fails.
    const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };
  const run = async (): Promise<void> => {
    try {
      do {
        again = false;
        await lanes();
      } while (again && !isStopping);
    } catch (error) {
      // The next poll tries again. A row that was claimed is due again when its lease ends.
      logger.warn({ task: channel.name, error: loggable(error) }, 'the outbox could not be processed');
    }
  };
  const wake = (): void => {
    again = true;
    if (isStopping) return;
    round ??= run().finally(() => {
      round = undefined;
    });
  };
  const timer = setInterval(wake, POLL_INTERVAL_MS).unref();
  wake();
  return {
    wake,
    async idle() {
      while (round) await round;
    },
    async stop() {
      clearInterval(timer);
      isStopping = true;
      const grace = setTimeout(() => late.abort(), GRACE);
      await round;
      clearTimeout(grace);
      channel.close();
    },
  };
}

/** The pause after that many outages in a row, in ms: what the server asked for, up to a minute, or a doubling one. */
function outagePause(failures: number, { retryAfter }: SendFailure): number {
  const { first, max } = OUTAGE_PAUSE;
  return Math.min(Math.max(first * 2 ** Math.min(failures - 1, 10), retryAfter), max);
}

interface Claimed {
  row: OutboxRow;
  claim: string;
}

/**
 * The lifetime of a claim is twice the deadline: longer than any attempt, so an expired claim belongs to a sender that was
 * killed.
 */
async function claim<M extends object>({
  database,
  channel,
  clock,
  random,
}: SenderDeps<M>): Promise<Claimed | undefined> {
  const token = newId(random);
  const now = clock();
  const taken = { channel: channel.name, claim: token, now, until: now + 2 * channel.deadline };
  const row = await database.write((tx) => claimMessage(tx, database.dialect, taken));
  return row && { row, claim: token };
}

/** Makes one attempt and stores its result. Returns the failure, if it is one. */
async function attempt<M extends object>(
  deps: SenderDeps<M>,
  claimed: Claimed,
  late: AbortSignal,
): Promise<SendFailure | undefined> {
  const { database, channel, clock } = deps;
  const { row, claim } = claimed;
  const standing = await standingOf(deps, row);
  if (standing.send === 'later') {
    await database.write((tx) => postponeMessage(tx, { id: row.id, claim, attempts: row.attempts }, standing.at));
    return undefined;
  }
  const message = standing.send === 'never' ? 'drop' : await prepared(deps, row);
  if (message === 'drop') {
    await database.write((tx) => dropMessage(tx, { id: row.id, claim }));
    return undefined;
  }
  const result = message instanceof SendFailure ? message : await handOver(deps, row, message, late);
  if (result instanceof SendFailure) {
    await settleFailure(deps, claimed, result);
    return result;
  }
  const sent = { now: clock(), data: channel.kept(row), ...result };
  await database.write((tx) => settleSent(tx, { id: row.id, claim }, sent));
  return undefined;
}

/** A code that was used or voided meanwhile is not sent: it would only confuse the user. */
async function standingOf<M extends object>({ database, channel, clock }: SenderDeps<M>, row: OutboxRow) {
  const isSpent = row.challenge_id !== null && !(await isCodeOpen(database.read, row.challenge_id));
  return isSpent ? ({ send: 'never' } as const) : await channel.standing(row, clock());
}

/** Prepares the message of a row, or returns why it can't be sent. @throws StoreUnavailableError */
async function prepared<M extends object>(
  { channel, clock, logger }: SenderDeps<M>,
  row: OutboxRow,
): Promise<M | SendFailure | 'drop'> {
  const now = clock();
  if (row.expires_at !== null && row.expires_at <= now) return new SendFailure('expired', { permanent: true });
  try {
    const message = await channel.prepare(row, now);
    if (!('not' in message)) return message;
    return message.not === 'drop' ? 'drop' : new SendFailure(message.error, { permanent: message.not === 'dead' });
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    // A row that causes an unexpected error must not block the others.
    const fields = { task: channel.name, [channel.name]: row.id, error: loggable(error) };
    logger.warn(fields, `${channel.noun} could not be prepared`);
    return new SendFailure('error');
  }
}

async function handOver<M extends object>(
  { channel, logger }: SenderDeps<M>,
  row: OutboxRow,
  message: M,
  late: AbortSignal,
): Promise<Receipt | SendFailure> {
  try {
    return await channel.send(message, row, AbortSignal.any([late, AbortSignal.timeout(channel.deadline)]));
  } catch (error) {
    if (error instanceof SendFailure) return error;
    logger.warn({ task: channel.name, error: loggable(error) }, `${channel.noun} could not be handed over`);
    return new SendFailure('error', { outage: true });
  }
}

async function settleFailure<M extends object>(
  { database, channel, clock, logger }: SenderDeps<M>,
  { row, claim }: Claimed,
  { reason, permanent, retryAfter }: SendFailure,
): Promise<void> {
  const of = { id: row.id, claim };
  const next = clock() + Math.max(channel.waitAfter(row.attempts), retryAfter);
  const expires = row.expires_at !== null;
  const isDead = permanent || row.attempts >= channel.maxAttempts || (expires && next >= Number(row.expires_at));
  // R59: an expired code can't be sent again, so nothing of it is kept.
  const dead = { error: reason, ...(expires ? { data: channel.kept(row) } : {}) };
  await database.write((tx) => (isDead ? settleDead(tx, of, dead) : settleRetry(tx, of, reason, next)));
  const fields = { [channel.name]: row.id, template: row.template, attempts: row.attempts, reason };
  if (isDead) logger.warn(fields, `${channel.noun} failed permanently`);
  else logger.info(fields, `${channel.noun} failed and will be retried`);
}
