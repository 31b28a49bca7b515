import { type Clock, newId, type Random } from '../crypto/tokens.ts';
import { type Logger, loggable } from '../runtime/log.ts';
import { type Database, StoreUnavailableError } from '../store/database.ts';
import {
  claimMessage,
  dropMessage,
  isMessageDue,
  postponeMessage,
  settleDead,
  settleRetry,
  settleSent,
} from '../store/outbox.ts';
import type { OutboxRow } from '../store/schema.ts';
import { isPast, type PrepareDeps, type PreparedMail, prepareMail, withoutLink } from './prepare.ts';
import { MAX_ATTEMPTS, outageWait, standingOf, waitAfter } from './standing.ts';
import { MailFailure, type MailTransport } from './transport.ts';

const SECOND = 1000;
/** How often the outbox is polled, in ms: for retries that are due, and for rows that another process added. */
const POLL_INTERVAL_MS = 2 * SECOND;
/** How many emails are sent at the same time. */
const LANES = 4;
/** An attempt that takes longer is aborted. In ms. */
const DEADLINE = 60 * SECOND;
/**
 * The lifetime of a claim, in ms. It is longer than any attempt, so an expired claim belongs to a sender that was
 * killed.
 */
const LEASE = 2 * DEADLINE;
/** How long `stop` waits for running attempts, in ms. */
const GRACE = 5 * SECOND;

/** The dependencies of `startSender`. */
export interface SenderDeps extends Omit<PrepareDeps, 'read'> {
  database: Database;
  transport: MailTransport;
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
  /** Starts no further attempts, waits a few seconds for the running ones, and closes the transport. */
  stop(): Promise<void>;
}

/**
 * Sends the emails of the outbox (docs/decisions/0011). Each attempt is claimed by one conditional statement under a
 * lease, made outside any transaction, and completed only by the sender that claimed it. When a sender is killed, the rows
 * that it had claimed are due again after the lease, with the same Message-ID.
 */
export function startSender(deps: SenderDeps): Sender {
  const { database, clock, logger, transport } = deps;
  const late = new AbortController();
  let isStopping = false;
  let round: Promise<void> | undefined;
  let again = false;
  const outage = { failures: 0, until: 0 };

  const lane = async (): Promise<void> => {
    while (!isStopping && clock() >= outage.until) {
      const claimed = await claim(deps);
      if (!claimed) return;
      const isOut = await attempt(deps, claimed, late.signal);
      outage.failures = isOut ? outage.failures + 1 : 0;
      outage.until = isOut ? clock() + outageWait(outage.failures) : 0;
    }
  };
  const lanes = async (): Promise<void> => {
    if (!(await isMessageDue(database.read, 'mail', clock()))) return;
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
      logger.warn({ task: 'mail', error: loggable(error) }, 'the outbox could not be processed');
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
      transport.close();
    },
  };
}

interface Claimed {
  row: OutboxRow;
  claim: string;
}

async function claim({ database, clock, random }: SenderDeps): Promise<Claimed | undefined> {
  const token = newId(random);
  const now = clock();
  const row = await database.write((tx) =>
    claimMessage(tx, database.dialect, { channel: 'mail', claim: token, now, until: now + LEASE }),
  );
  return row && { row, claim: token };
}

/** Makes one attempt and stores its result. Returns whether the mail server is out of service for all emails. */
async function attempt(deps: SenderDeps, claimed: Claimed, late: AbortSignal): Promise<boolean> {
  const { database, clock } = deps;
  const { row, claim } = claimed;
  const standing = await standingOf(database.read, row, clock());
  if (standing.send === 'later') {
    await database.write((tx) => postponeMessage(tx, { id: row.id, claim, attempts: row.attempts }, standing.at));
    return false;
  }
  const mail = standing.send === 'never' ? 'drop' : await prepared(deps, row);
  if (mail === 'drop') {
    await database.write((tx) => dropMessage(tx, { id: row.id, claim }));
    return false;
  }
  const failure = mail instanceof MailFailure ? mail : await handOver(deps, row, mail, late);
  if (failure) await settleFailure(deps, claimed, failure);
  else await database.write((tx) => settleSent(tx, { id: row.id, claim }, withoutLink(row), clock()));
  return failure?.outage ?? false;
}

/** Prepares the email of a row, or returns why it can't be sent. @throws StoreUnavailableError */
async function prepared(
  { database, keyring, baseUrl, clock, logger }: SenderDeps,
  row: OutboxRow,
): Promise<PreparedMail | MailFailure | 'drop'> {
  try {
    const mail = await prepareMail({ read: database.read, keyring, baseUrl }, row);
    if (!('not' in mail)) return isPast(row, clock()) ? new MailFailure('link-expired', { permanent: true }) : mail;
    return mail.not === 'drop' ? 'drop' : new MailFailure(mail.error, { permanent: mail.not === 'dead' });
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    // A row that causes an unexpected error must not block the others.
    logger.warn({ task: 'mail', mail: row.id, error: loggable(error) }, 'an email could not be prepared');
    return new MailFailure('error');
  }
}

async function handOver(
  { transport, baseUrl, logger }: SenderDeps,
  row: OutboxRow,
  mail: PreparedMail,
  late: AbortSignal,
): Promise<MailFailure | undefined> {
  const { to, from, subject, text, html, language } = mail;
  const messageId = `<${row.id}@${new URL(baseUrl).hostname}>`;
  const outgoing = { messageId, date: row.created_at, from, to, subject, text, html, language };
  try {
    await transport.send(outgoing, AbortSignal.any([late, AbortSignal.timeout(DEADLINE)]));
    return undefined;
  } catch (error) {
    if (error instanceof MailFailure) return error;
    logger.warn({ task: 'mail', error: loggable(error) }, 'an email could not be handed over to the mail server');
    return new MailFailure('error', { outage: true });
  }
}

async function settleFailure(
  { database, clock, logger }: SenderDeps,
  { row, claim }: Claimed,
  { reason, permanent }: MailFailure,
): Promise<void> {
  const of = { id: row.id, claim };
  const isDead = permanent || row.attempts >= MAX_ATTEMPTS;
  const next = clock() + waitAfter(row.attempts);
  await database.write((tx) => (isDead ? settleDead(tx, of, reason) : settleRetry(tx, of, reason, next)));
  const fields = { mail: row.id, template: row.template, attempts: row.attempts, reason };
  if (isDead) logger.warn(fields, 'an email failed permanently');
  else logger.info(fields, 'an email failed and will be retried');
}
