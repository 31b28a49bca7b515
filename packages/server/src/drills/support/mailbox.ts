import type { MailServer, ReceivedMail } from '../../mail/testing/mail-server.ts';

interface LinkSeen {
  to: string;
  messageId: string;
  token: string;
}

/** The link of each mail that was parsed. A drill reads all mails many times. */
const read = new WeakMap<ReceivedMail, string>();

function linkOf(mail: ReceivedMail): string {
  const known = read.get(mail);
  if (known !== undefined) return known;
  const joined = mail.raw.replace(/=\r?\n/g, '');
  const text = joined.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const link = /#mfa-[a-z]+=[\w-]{43}/.exec(text)?.[0] ?? '';
  read.set(mail, link);
  return link;
}

/** The mails with a link for a purpose that the mail server received, and their tokens. */
export const linksSeen = (server: MailServer, purpose: string): LinkSeen[] =>
  server.seen.flatMap((mail) => {
    const [kind, token] = linkOf(mail).split('=');
    return token === undefined || kind !== `#mfa-${purpose}` ? [] : [{ to: mail.to, messageId: mail.messageId, token }];
  });
