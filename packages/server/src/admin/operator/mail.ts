import { listMessages, reviveMessages } from '../../store/outbox.ts';
import type { OutboxRow } from '../../store/schema.ts';
import { type AdminDeps, type AdminRequest, noteVerb, organisationOf } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';

/** Mails that one answer tells of. */
const MOST = 200;

export interface ListMailRequest extends AdminRequest {
  organisation: string;
  /** Default: the dead letters, which wait for somebody. */
  state?: OutboxRow['state'];
}

/** A mail as a help desk sees it: never its words, its link or the address. */
export interface ListedMail {
  id: string;
  template: string;
  state: OutboxRow['state'];
  /** Of a registration there is none yet. */
  username?: string;
  attempts: number;
  /** `no-address`, `smtp-550`, `connection` and so on. */
  lastError?: string;
  createdAt: string;
  /** When it is tried next, or was sent. */
  dueAt?: string;
  sentAt?: string;
}

/** Which mails of an organisation wait, have left, or were given up; the newest first. @throws AdminError */
export async function listMail(deps: AdminDeps, request: ListMailRequest): Promise<{ mails: ListedMail[] }> {
  const { database } = deps;
  const { state = 'dead' } = request;
  const organisation = await organisationOf(database.read, request.organisation);
  if (!['due', 'sent', 'dead'].includes(state)) {
    throw new AdminError('bad-request', 'The state is wrong: expected due, sent or dead.');
  }
  const entry = { event: 'admin-list-mail', organisationId: organisation.id, detail: { state } };
  await database.write((tx) => noteVerb(tx, deps, request, entry));
  const rows = await listMessages(database.read, { organisationId: organisation.id, state, limit: MOST });
  return {
    mails: rows.map(({ id, template, state, username, attempts, last_error, created_at, send_after, sent_at }) => ({
      ...{ id, template, state, attempts, createdAt: time(created_at) },
      ...(username === null ? {} : { username }),
      ...(last_error === null ? {} : { lastError: last_error }),
      ...(state === 'due' ? { dueAt: time(send_after) } : {}),
      ...(sent_at === null ? {} : { sentAt: time(sent_at) }),
    })),
  };
}

export interface ResendMailRequest extends AdminRequest {
  organisation: string;
  /** The id of one dead letter; all of the organisation's without it. */
  mail?: string;
}

/** Makes dead letters due again, with all their attempts before them. They go to the address as it is now. @throws AdminError */
export async function resendMail(deps: AdminDeps, request: ResendMailRequest): Promise<{ mails: number }> {
  const { database, clock } = deps;
  return await database.write(async (tx) => {
    const { id: organisationId } = await organisationOf(tx, request.organisation);
    const mails = await reviveMessages(tx, organisationId, clock(), request.mail);
    if (mails === 0 && request.mail !== undefined) {
      throw new AdminError('not-possible', 'There is no such dead letter in this organisation.');
    }
    const detail = { mails, ...(request.mail === undefined ? {} : { mail: request.mail }) };
    await noteVerb(tx, deps, request, { event: 'admin-resend-mail', organisationId, detail });
    return { mails };
  });
}

const time = (ms: number): string => new Date(ms).toISOString();
