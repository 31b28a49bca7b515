import { createSmtp } from '../smtp.ts';
import { parseSmtpAddress } from '../smtp-address.ts';
import type { MailTransport } from '../transport.ts';

/** The encryption keys of the mail tests. */
export const encryptionKeys = `test:${Buffer.alloc(32, 9).toString('base64')}`;

const from = 'portal@clinic.example';

/** Returns an SMTP transport to a test server. */
export const smtpTo = (address: string): MailTransport => createSmtp({ ...parseSmtpAddress(address), from });

/** Returns an SMTP transport with a short timeout, for a server that does not respond. */
export const impatientTo = (address: string): MailTransport =>
  createSmtp({ ...parseSmtpAddress(address), from }, { socketTimeout: 400 });
