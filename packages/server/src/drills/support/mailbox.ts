import type { MailServer, ReceivedMail } from '../../mail/testing/mail-server.ts';

const plain = ({ raw }: ReceivedMail): string =>
  raw.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

/** The mails with a link for a purpose that the server has seen, and their tokens. */
export const linksSeen = (server: MailServer, purpose: string): { to: string; messageId: string; token: string }[] =>
  server.seen.flatMap((mail) => {
    const token = new RegExp(`#mfa-${purpose}=([\\w-]{43})`).exec(plain(mail))?.[1];
    return token === undefined ? [] : [{ to: mail.to, messageId: mail.messageId, token }];
  });
