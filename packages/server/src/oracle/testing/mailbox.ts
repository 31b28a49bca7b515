import { openLink } from '../../links/leave-mail.ts';
import { openContent } from '../../outbox/sealed-content.ts';
import type { Database } from '../../store/database.ts';
import { keyring } from './instances/instance.ts';
import type { Ledger } from './ledger/ledger.ts';
import { recordPhoneCode, recordSent } from './ledger/proofs/sent-codes.ts';
import type { LinkKind } from './ledger/records.ts';

const kinds: Readonly<Record<string, LinkKind>> = {
  activation: 'activate',
  reset: 'reset',
  unlock: 'unlock',
  registration: 'register',
};

/** Reads the links in new rows of the outbox and records them in the ledger. */
export class Mailbox {
  private readonly seen = new Set<string>();
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Records the links of mails that were not read before. */
  async read(ledger: Ledger): Promise<void> {
    const rows = await this.database.read
      .selectFrom('outbox')
      .select(['id', 'template', 'data', 'account_id', 'organisation_id', 'created_at'])
      .where('template', 'in', Object.keys(kinds))
      .where('organisation_id', 'in', [...new Set(ledger.users.map(({ organisation }) => organisation.id))])
      .orderBy('created_at')
      .execute();
    for (const row of rows) {
      const { link, to } = JSON.parse(row.data) as { link?: string; to?: string };
      const kind = kinds[row.template];
      // A decoy row, which is written for an unknown user, is never sent (R55).
      if (this.seen.has(row.id) || !link || !kind || (row.account_id === null && to === undefined)) continue;
      this.seen.add(row.id);
      const token = openLink(keyring, row.id, link).split('=').at(-1) ?? '';
      const user = ledger.users.find(({ id }) => id !== '' && id === row.account_id);
      const organisation = row.organisation_id ?? '';
      ledger.mailed(token, { kind, user, email: to, organisation, from: row.created_at });
    }
  }

  /** Records the codes in text messages and mails, and the links for phones, that were not read before. */
  async readCodes(ledger: Ledger): Promise<void> {
    const rows = await this.database.read
      .selectFrom('outbox')
      .leftJoin('challenges', 'challenges.id', 'outbox.challenge_id')
      .select(['outbox.id', 'channel', 'template', 'data', 'outbox.account_id', 'flow_id', 'method'])
      .select('outbox.created_at as at')
      .where('template', 'in', ['sms-code', 'email-code', 'push-code', 'push-link'])
      .where('outbox.organisation_id', 'in', [...new Set(ledger.users.map(({ organisation }) => organisation.id))])
      .orderBy('outbox.created_at')
      .orderBy('outbox.id')
      .execute();
    for (const row of rows) {
      const { sealed, link } = JSON.parse(row.data) as { sealed?: string; link?: string };
      const user = ledger.users.find(({ id }) => id !== '' && id === row.account_id);
      if (this.seen.has(row.id) || !(sealed ?? link) || !user) continue;
      this.seen.add(row.id);
      const { at, flow_id: flow, method: step } = row;
      if (link !== undefined) ledger.phones.mailed(openLink(keyring, row.id, link).split('=').at(-1) ?? '', user, at);
      if (sealed === undefined) continue;
      const { to, code } = openContent<{ to: string; code: string }>(keyring, row.id, sealed);
      if (flow !== null && step !== null) recordSent(user, { code, step, flow, to, at });
      else recordPhoneCode(user, { code, channel: row.channel === 'sms' ? 'sms' : 'mail', to, at });
    }
  }
}
