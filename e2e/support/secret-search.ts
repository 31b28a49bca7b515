import type { Secret, SecretKind } from './secrets.ts';

/** Content that the server stored, logged or sent. */
export interface Place {
  readonly name: 'database' | 'log' | 'mail' | 'texts' | 'problems';
  readonly content: string;
}

/** The places where a kind of secret is no leak. An email contains its own link, a text message its own code, and any database contains six digits by chance. */
const permitted: Readonly<Partial<Record<SecretKind, readonly Place['name'][]>>> = {
  link: ['mail'],
  code: ['database', 'texts'],
};
/** Shorter texts occur by chance, so the search ignores them. */
const MIN_LENGTH = 8;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Finds leaked secrets. Each line names the place, the kind and the first three characters of the secret (R25, R59). */
export function leaks(secrets: readonly Secret[], places: readonly Place[]): string[] {
  const found = new Set<string>();
  for (const { kind, value } of secrets) {
    const encodings = encodingsOf(kind, value);
    for (const { name, content } of places) {
      if (permitted[kind]?.includes(name)) continue;
      if (encodings.some((encoding) => contains(content, kind, encoding))) {
        found.add(`${name} contains a ${kind} (${value.slice(0, 3)}…, ${value.length} characters)`);
      }
    }
  }
  return [...found];
}

function contains(content: string, kind: SecretKind, encoding: string): boolean {
  if (kind === 'code') return new RegExp(`(?<![\\w.-])${encoding}(?![\\w.-])`).test(content);
  return content.includes(encoding);
}

function encodingsOf(kind: SecretKind, value: string): string[] {
  if (kind === 'code') return /^\d{6}$/.test(value) ? [value] : [];
  if (value.length < MIN_LENGTH) return [];
  if (kind === 'recovery-code') return [value, value.replaceAll('-', '')];
  if (kind !== 'totp-secret') return [value, JSON.stringify(value).slice(1, -1)];
  const bits = [...value].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const encoded = (['hex', 'base64', 'base64url', 'latin1'] as const).map((name) => bytes.toString(name));
  return [value, ...encoded.map((text) => text.replace(/=+$/, ''))];
}
