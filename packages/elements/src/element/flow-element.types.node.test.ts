import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LitElement } from 'lit';
import { publicMembers } from '../testing/public-members.ts';

/** `true` if both types are identical. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type Tag = keyof typeof publicMembers;
type Documented<T extends Tag> = (typeof publicMembers)[T][number];
type Actual<T extends Tag> = Exclude<keyof HTMLElementTagNameMap[T], keyof LitElement>;

/** Compiles only if each element has the documented members and no others. */
const same: { [T in Tag]: Same<Actual<T>, Documented<T>> } = {
  'mfa-login': true,
  'mfa-enroll': true,
  'mfa-settings': true,
  'mfa-approve': true,
};

test('The public members of the elements are the documented members', () => {
  assert.deepEqual(Object.keys(same), Object.keys(publicMembers));
  const pages = ['login.md', 'mfa-enroll.md', 'mfa-settings.md', 'mfa-approve.md'];
  const guide = pages
    .map((page) => readFileSync(join(import.meta.dirname, '../../../../docs/guide', page), 'utf8'))
    .join('\n');
  const firstCells = [...guide.matchAll(/^\|([^|]+)\|/gm)].map(([, cell]) => cell ?? '').join();
  const documented = new Set([...firstCells.matchAll(/`([a-zA-Z]+)(?:\(\))?`/g)].map(([, name]) => name));
  for (const name of new Set(Object.values(publicMembers).flat())) assert.ok(documented.has(name), name);
});
