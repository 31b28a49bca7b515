import { fromBase32 } from './totp.ts';

/** An entry of the authenticator app, which shows the issuer above the code and the account below it. */
export interface Entry {
  issuer: string;
  account: string;
  /** Base32. */
  secret: string;
}

/** Reads pasted text: an `otpauth://totp/…` link or a base32 key. @returns undefined when the text is neither */
export function readEntry(text: string): Entry | undefined {
  const trimmed = text.trim();
  if (!/^otpauth:/i.test(trimmed)) {
    return (
      fromBase32(trimmed) && { issuer: 'Tweestap', account: '', secret: trimmed.replace(/[\s-]/g, '').toUpperCase() }
    );
  }
  const url = URL.parse(trimmed);
  const secret = url?.searchParams.get('secret') ?? '';
  if (!url || !fromBase32(secret)) return undefined;
  const label = decodeURIComponent(url.pathname.replace(/^\/\/totp\/|^\//, ''));
  const [before = '', ...after] = label.split(':');
  const account = (after.length > 0 ? after.join(':') : before).trim();
  const issuer = url.searchParams.get('issuer') ?? (after.length > 0 ? before.trim() : '');
  return { issuer, account, secret };
}
