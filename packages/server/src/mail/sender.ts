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
import { MOST_ATTEMPTS, outageWait, standingOf, waitAfter } from './standing.ts';
import { MailFailure, type MailTransport } from './transport.ts';

const SECOND = 1000;
/** How often the outbox is looked at: for waits that are over, and for what another process left. */
const LOOK_EVERY = 2 * SECOND;
/** Mails that leave at the same time. */
const LANES = 4;
/** An attempt that takes longer is given up. */
const DEADLINE = 60 * SECOND;
/** A claim outlives every attempt: after it the sender was killed, and another may take the row. */
const LEASE = 2 * DEADLINE;
/** How long `stop` waits for attempts that run. */
const GRACE = 5 * SECOND;

export interface SenderDeps extends Omit<PrepareDeps, 'read'> {
  database: Database;
  transport: MailTransport;
  clock: Clock;
  random: Random;
  logger: Logger;
}

export interface Sender {
  /** There may be something to send: looks at once. */
  wake(): void;
  /** Resolves when nothing is due any more, or the server is left alone for a while. */
  idle(): Promise<void>;
  /** Sends nothing new, waits a little for what is under way, and lets go of the transport. */
  stop(): Promise<void>;
}

/**
 * Sends what the outbox holds (DESIGN §2). Each attempt is claimed by one conditional statement under a lease, made
 * outside any transaction, and settled by whoever claimed it. What a killed sender had claimed comes due again when
 * the lease ends, under the same Message-ID.
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
    if (!(await isMessageDue(database.read, clock()))) return;
    // All of them are waited for, whatever comes of one.
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
      // The next look tries again; a row that was claimed comes due when its lease ends.
      logger.warn({ task: 'mail', error: loggable(error) }, 'the outbox could not be worked on');
    }
  };
  const wake = (): void => {
    again = true;
    if (isStopping) return;
    round ??= run().finally(() => {
      round = undefined;
    });
  };
  const timer = setInterval(wake, LOOK_EVERY).unref();
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
    claimMessage(tx, database.dialect, { claim: token, now, until: now + LEASE }),
  );
  return row && { row, claim: token };
}

/** One attempt, settled. Answers whether the server is out, whatever it is sent. */
async function attempt(deps: SenderDeps, claimed: Claimed, late: AbortSignal): Promise<boolean> {
  const { database, clock } = deps;
  const { row, claim } = claimed;
  const standing = await standingOf(database.read, row, clock());
  if (standing.leaves === 'later') {
    await database.write((tx) => postponeMessage(tx, { id: row.id, claim, attempts: row.attempts }, standing.at));
    return false;
  }
  const mail = standing.leaves === 'never' ? 'drop' : await prepared(deps, row);
  if (mail === 'drop') {
    await database.write((tx) => dropMessage(tx, { id: row.id, claim }));
    return false;
  }
  const failure = mail instanceof MailFailure ? mail : await handOver(deps, row, mail, late);
  if (failure) await settleFailure(deps, claimed, failure);
  else await database.write((tx) => settleSent(tx, { id: row.id, claim }, withoutLink(row), clock()));
  return failure?.outage ?? false;
}

/** The mail of a row, or why there is none to send. @throws StoreUnavailableError */
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
    // One row that this program stumbles over must not hold the others up.
    logger.warn({ task: 'mail', mail: row.id, error: loggable(error) }, 'a mail could not be made');
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
    logger.warn({ task: 'mail', error: loggable(error) }, 'a mail could not be handed over');
    return new MailFailure('error', { outage: true });
  }
}

async function settleFailure(
  { database, clock, logger }: SenderDeps,
  { row, claim }: Claimed,
  { reason, permanent }: MailFailure,
): Promise<void> {
  const of = { id: row.id, claim };
  const isDead = permanent || row.attempts >= MOST_ATTEMPTS;
  const next = clock() + waitAfter(row.attempts);
  await database.write((tx) => (isDead ? settleDead(tx, of, reason) : settleRetry(tx, of, reason, next)));
  const fields = { mail: row.id, template: row.template, attempts: row.attempts, reason };
  if (isDead) logger.warn(fields, 'a mail was given up');
  else logger.info(fields, 'a mail is tried again later');
}
