import { createTransport, type Transporter } from 'nodemailer';
import { isMailAddress, type SmtpAddress } from './smtp-address.ts';
import { MailFailure, type MailTransport } from './transport.ts';

const SECOND = 1000;

/** The timeouts of a connection, in ms. */
const TIMES = {
  dnsTimeout: 10 * SECOND,
  connectionTimeout: 10 * SECOND,
  greetingTimeout: 10 * SECOND,
  /** How long the connection may be idle. */
  socketTimeout: 20 * SECOND,
};

/** The fields that nodemailer adds to its errors (see its `errors.d.ts`). */
interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
  command?: string;
}

/**
 * Returns a transport that sends each email to an SMTP server (RFC 5321) over a separate connection. `times` overrides
 * single timeouts, in ms.
 */
export function createSmtp(address: SmtpAddress & { from: string }, times: Partial<typeof TIMES> = {}): MailTransport {
  const { host, port, implicitTls, tls, user, password, from } = address;
  const transporter: Transporter = createTransport({
    host,
    port,
    secure: implicitTls,
    requireTLS: tls,
    // On the loopback interface a certificate would be self-signed, and the connection can't be intercepted.
    ignoreTLS: !tls,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...TIMES,
    ...times,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail, signal) {
      // Passed as one complete address, never as a list to be parsed.
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
          // RFC 3834 §5: prevents automatic replies such as holiday notices.
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

/** The commands whose response is about this email. Responses to earlier commands are about the connection or login. */
const ABOUT_THE_MAIL = /^(?:MAIL FROM|RCPT TO|DATA)/;
/**
 * RFC 4954 §6, RFC 3207 §4: authentication or encryption is required or failed, so the server's own setting is wrong.
 */
const OUR_SETTING = new Set([530, 534, 535, 538]);

/**
 * Converts an error of nodemailer. A 5yz response about the email is permanent (RFC 5321 §4.2.1), except 503, which means
 * that the SMTP session was lost.
 */
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
