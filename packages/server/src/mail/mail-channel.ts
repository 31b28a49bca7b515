import type { Channel } from '../outbox/channel.ts';
import { isPast, type PrepareDeps, type PreparedMail, prepareMail, withoutSecrets } from './prepare.ts';
import { MAX_ATTEMPTS, standingOf, waitAfter } from './standing.ts';
import type { MailTransport } from './transport.ts';

/** An attempt that takes longer is aborted. In ms. */
const DEADLINE_MS = 60_000;

/** Returns the channel of emails: they go to the stored address of the account, by a mail server. */
export function mailChannel(deps: PrepareDeps & { transport: MailTransport }): Channel<PreparedMail> {
  const { read, transport, baseUrl } = deps;
  return {
    name: 'mail',
    noun: 'an email',
    deadline: DEADLINE_MS,
    maxAttempts: MAX_ATTEMPTS,
    waitAfter,
    standing: (row, now) => standingOf(read, row, now),
    async prepare(row, now) {
      const mail = await prepareMail(deps, row);
      return !('not' in mail) && isPast(row, now) ? { not: 'dead', error: 'link-expired' } : mail;
    },
    async send({ to, from, subject, text, html, language }, { id, created_at: date }, signal) {
      const messageId = `<${id}@${new URL(baseUrl).hostname}>`;
      await transport.send({ messageId, date, from, to, subject, text, html, language }, signal);
      return {};
    },
    kept: withoutSecrets,
    close: () => transport.close(),
  };
}
