import { listMessages, reviveMessages } from '../../store/outbox.ts';
import type { OutboxRow } from '../../store/schema.ts';
import { type AdminDeps, type AdminRequest, organisationOf, recordVerb } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';

/** Maximum number of messages in one result. */
const MAX_LISTED = 200;

/** The request of `listMail`. */
export interface ListMailRequest extends AdminRequest {
  /** The id of the organisation. */
  organisation: string;
  /** The state of the messages to list. Default: `dead`, the dead letters. */
  state?: OutboxRow['state'];
}

/** A message as the help desk sees it: never its text, link, code, address or number. Times are RFC 3339. */
export interface ListedMail {
  /** The id of the message in the outbox. */
  id: string;
  /** How it is sent: by email or as a text message. */
  channel: OutboxRow['channel'];
  /** The name of its template. */
  template: string;
  /** Whether it is due, sent or dead. */
  state: OutboxRow['state'];
  /** The user's username. Missing for a registration, which has no account yet. */
  username?: string;
  /** How many times sending was tried. */
  attempts: number;
  /** The error of the last attempt, such as `no-address`, `smtp-550`, `http-400`, `undeliverable` or `expired`. */
  lastError?: string;
  /** When it was put into the outbox. */
  createdAt: string;
  /** When the next attempt is due; only in the state `due`. */
  dueAt?: string;
  /** When it was sent; in the state `sent`, and of a text message that the gateway could not deliver. */
  sentAt?: string;
  /** When the gateway reported that the text message had arrived. Missing without a report. */
  deliveredAt?: string;
}

/** Lists at most 200 messages of an organisation in one state, newest first. @throws AdminError */
export async function listMail(deps: AdminDeps, request: ListMailRequest): Promise<{ mails: ListedMail[] }> {
  const { database } = deps;
  const { state = 'dead' } = request;
  const organisation = await organisationOf(database.read, request.organisation);
  if (!['due', 'sent', 'dead'].includes(state)) {
    throw new AdminError('bad-request', 'state must be due, sent or dead.');
  }
  const entry = { event: 'admin-list-mail', organisationId: organisation.id, detail: { state } };
  await database.write((tx) => recordVerb(tx, deps, request, entry));
  const rows = await listMessages(database.read, { organisationId: organisation.id, state, limit: MAX_LISTED });
  return {
    mails: rows.map(listed),
  };
}

function listed(row: Awaited<ReturnType<typeof listMessages>>[number]): ListedMail {
  const { id, channel, template, state, username, attempts, last_error, created_at, send_after, sent_at } = row;
  return {
    ...{ id, channel, template, state, attempts, createdAt: time(created_at) },
    ...(username === null ? {} : { username }),
    ...(last_error === null ? {} : { lastError: last_error }),
    ...(state === 'due' ? { dueAt: time(send_after) } : {}),
    ...(sent_at === null ? {} : { sentAt: time(sent_at) }),
    ...(row.delivery === 'delivered' && row.delivery_at !== null ? { deliveredAt: time(row.delivery_at) } : {}),
  };
}

/** The request of `resendMail`. */
export interface ResendMailRequest extends AdminRequest {
  /** The id of the organisation. */
  organisation: string;
  /** The id of one dead letter. Default: all dead letters of the organisation. */
  mail?: string;
}

/**
 * Makes dead letters due again, with a new series of attempts. They are sent to the user's current address. Messages with a
 * code are not sent again, because the code has expired. Returns how many there were. @throws AdminError
 */
export async function resendMail(deps: AdminDeps, request: ResendMailRequest): Promise<{ mails: number }> {
  const { database, clock } = deps;
  return await database.write(async (tx) => {
    const { id: organisationId } = await organisationOf(tx, request.organisation);
    const mails = await reviveMessages(tx, organisationId, clock(), request.mail);
    if (mails === 0 && request.mail !== undefined) {
      throw new AdminError('not-possible', 'The organisation has no dead letter with this id that can be sent again.');
    }
    const detail = { mails, ...(request.mail === undefined ? {} : { mail: request.mail }) };
    await recordVerb(tx, deps, request, { event: 'admin-resend-mail', organisationId, detail });
    return { mails };
  });
}

const time = (ms: number): string => new Date(ms).toISOString();
