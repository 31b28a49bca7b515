import type { Secret, SecretKind } from './secrets.ts';

/** Something that was stored, logged or sent. */
export interface Place {
  readonly name: 'database' | 'log' | 'mail' | 'problems';
  readonly content: string;
}

/** Where a kind of secret is no leak: a mail carries its own link, and six digits are in any database by chance. */
const permitted: Readonly<Partial<Record<SecretKind, readonly Place['name'][]>>> = {
  link: ['mail'],
  code: ['database'],
};
/** A shorter text is in many places by chance. */
const SHORTEST = 8;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Which secrets are where they must not be, one line each, without the secret itself (R25, R59). */
export function leaks(secrets: readonly Secret[], places: readonly Place[]): string[] {
  const found = new Set<string>();
  for (const { kind, value } of secrets) {
    const spellings = spellingsOf(kind, value);
    for (const { name, content } of places) {
      if (permitted[kind]?.includes(name)) continue;
      if (spellings.some((spelling) => holds(content, kind, spelling))) {
        found.add(`${name} holds a ${kind} (${value.slice(0, 3)}…, ${value.length} characters)`);
      }
    }
  }
  return [...found];
}

function holds(content: string, kind: SecretKind, spelling: string): boolean {
  if (kind === 'code') return new RegExp(`(?<![\\w.-])${spelling}(?![\\w.-])`).test(content);
  return content.includes(spelling);
}

function spellingsOf(kind: SecretKind, value: string): string[] {
  if (kind === 'code') return /^\d{6}$/.test(value) ? [value] : [];
  if (value.length < SHORTEST) return [];
  if (kind === 'recovery-code') return [value, value.replaceAll('-', '')];
  if (kind !== 'totp-secret') return [value, JSON.stringify(value).slice(1, -1)];
  const bits = [...value].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const encoded = (['hex', 'base64', 'base64url', 'latin1'] as const).map((name) => bytes.toString(name));
  return [value, ...encoded.map((text) => text.replace(/=+$/, ''))];
}
