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
  const encoded = secrets.map((secret) => ({ ...secret, encodings: encodingsOf(secret.kind, secret.value) }));
  const find = searchFor(encoded.flatMap(({ encodings }) => encodings));
  const found = new Set<string>();
  for (const { name, content } of places) {
    const present = find(content);
    for (const { kind, value, encodings } of encoded) {
      if (permitted[kind]?.includes(name)) continue;
      if (encodings.some((encoding) => present.has(encoding) && isAlone(content, kind, encoding))) {
        found.add(`${name} contains a ${kind} (${value.slice(0, 3)}…, ${value.length} characters)`);
      }
    }
  }
  return [...found];
}

/** Whether six digits are not part of a longer number or name. */
function isAlone(content: string, kind: SecretKind, encoding: string): boolean {
  return kind !== 'code' || new RegExp(`(?<![\\w.-])${encoding}(?![\\w.-])`).test(content);
}

/** The number of first characters by which texts are looked up, and the size of the table of their hashes. */
const FIRST = 4;
const TABLE = 1 << 20;

/**
 * Returns a function that finds which of these texts occur in a content. It reads the content once, however many texts there are:
 * a run uses a thousand secrets, and its database has 18 MB. Each text has at least `FIRST` characters.
 */
function searchFor(texts: readonly string[]): (content: string) => Set<string> {
  const table = new Map<number, string[]>();
  const isUsed = new Uint8Array(TABLE);
  for (const text of new Set(texts)) {
    const hash = hashAt(text, 0);
    isUsed[hash] = 1;
    table.set(hash, [...(table.get(hash) ?? []), text]);
  }
  return (content) => {
    const found = new Set<string>();
    for (let index = 0; index + FIRST <= content.length; index += 1) {
      const hash = hashAt(content, index);
      if (isUsed[hash] === 0) continue;
      for (const text of table.get(hash) ?? []) if (content.startsWith(text, index)) found.add(text);
    }
    return found;
  };
}

/** A hash of the `FIRST` characters at a place. */
function hashAt(text: string, index: number): number {
  const low = text.charCodeAt(index) ^ (text.charCodeAt(index + 1) << 5);
  const high = (text.charCodeAt(index + 2) << 10) ^ (text.charCodeAt(index + 3) << 14);
  return (low ^ high) & (TABLE - 1);
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
