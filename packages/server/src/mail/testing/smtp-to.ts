import { createSmtp } from '../smtp.ts';
import { parseSmtpAddress } from '../smtp-address.ts';
import type { MailTransport } from '../transport.ts';

export const encryptionKeys = `test:${Buffer.alloc(32, 9).toString('base64')}`;

const from = 'portal@clinic.example';

export const smtpTo = (address: string): MailTransport => createSmtp({ ...parseSmtpAddress(address), from });

/** Gives up on a silent server within the time of a test. */
export const impatientTo = (address: string): MailTransport =>
  createSmtp({ ...parseSmtpAddress(address), from }, { socketTimeout: 400 });
