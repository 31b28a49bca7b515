import { createTransport, type Transporter } from 'nodemailer';
import { isMailAddress, type SmtpAddress } from './smtp-address.ts';
import { MailFailure, type MailTransport } from './transport.ts';

const SECOND = 1000;

/** ms that the other side may take. */
const TIMES = {
  dnsTimeout: 10 * SECOND,
  connectionTimeout: 10 * SECOND,
  greetingTimeout: 10 * SECOND,
  /** Without a byte. */
  socketTimeout: 20 * SECOND,
};

/** What nodemailer hangs on its errors (its `errors.d.ts`). */
interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
  command?: string;
}

/** Hands each mail to an SMTP server (RFC 5321), over a connection of its own. */
export function createSmtp(address: SmtpAddress & { from: string }, times: Partial<typeof TIMES> = {}): MailTransport {
  const { host, port, implicitTls, tls, user, password, from } = address;
  const transporter: Transporter = createTransport({
    host,
    port,
    secure: implicitTls,
    requireTLS: tls,
    // On the loopback a certificate would be made up; there is nobody to listen either.
    ignoreTLS: !tls,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...TIMES,
    ...times,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail, signal) {
      // Handed over as one whole address, never as a list to be parsed.
      if (!isMailAddress(mail.to)) throw new MailFailure('bad-address', { permanent: true });
      try {
        await transporter.sendMail({
          messageId: mail.messageId,
          date: new Date(mail.date),
          from: { name: mail.from, address: from },
          to: { name: '', address: mail.to },
          envelope: { from, to: [mail.to] },
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          // RFC 3834 §5: no holiday notice answers it.
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.language },
          signal,
        });
      } catch (error) {
        throw smtpFailure(error as SmtpError);
      }
    },
    close: () => transporter.close(),
  };
}

/** The commands whose answer is about this very mail; all before them is about us. */
const ABOUT_THE_MAIL = /^(?:MAIL FROM|RCPT TO|DATA)/;
/** RFC 4954 §6, RFC 3207 §4: authentication or encryption is asked first. It is our setting that is wrong. */
const OUR_SETTING = new Set([530, 534, 535, 538]);

/** What went wrong, in a word. A 5yz about the mail is for good (RFC 5321 §4.2.1); 503 says that the session was lost. */
function smtpFailure(cause: SmtpError): MailFailure {
  const { code = '', responseCode, command = '' } = cause;
  if (responseCode === undefined || ['ETLS', 'EAUTH'].includes(code)) {
    return new MailFailure(WORDS[code] ?? 'error', { outage: true, cause });
  }
  const reason = `smtp-${responseCode}`;
  const isOurs = !ABOUT_THE_MAIL.test(command) || OUR_SETTING.has(responseCode) || responseCode === 421;
  if (isOurs) return new MailFailure(reason, { outage: true, cause });
  return new MailFailure(reason, { permanent: responseCode >= 500 && responseCode !== 503, cause });
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNECTION: 'connection',
  ESOCKET: 'connection',
  ETIMEDOUT: 'timeout',
  EDNS: 'dns',
  ETLS: 'tls',
  EAUTH: 'auth',
  ENOAUTH: 'auth',
  EABORT: 'timeout',
};
