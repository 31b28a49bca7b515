/*
 * Threat: a neighbouring host, a script or an attacker in the network reads, plants or duplicates a cookie.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookies } from './cookies.ts';

const token = 'a'.repeat(43);
const other = 'b'.repeat(43);
const jar = cookies(true);

test('R72: cookies are __Host-, Secure, HttpOnly, SameSite=Lax, Path=/ and without a Domain', () => {
  assert.equal(jar.set('session', token), `__Host-mfa-session=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`);
  assert.equal(
    jar.set('device', token, 3600),
    `__Host-mfa-device=${token}; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax`,
  );
  assert.equal(jar.clear('flow'), '__Host-mfa-flow=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax');
});

test('R72: on http://localhost there is no prefix and no Secure', () => {
  assert.equal(cookies(false).set('session', token), `mfa-session=${token}; Path=/; HttpOnly; SameSite=Lax`);
  assert.deepEqual(cookies(false).read(`__Host-mfa-session=${token}`), {});
});

test('R72: only cookies with an expected name and a well-formed token are read', () => {
  assert.deepEqual(jar.read(undefined), {});
  assert.deepEqual(jar.read(`a=1; __Host-mfa-session=${token};__Host-mfa-flow=${other}`), {
    session: token,
    flow: other,
  });
  for (const value of ['', 'x', `${token}a`, `"${token}"`, `${token.slice(1)}%`, token.slice(1)]) {
    assert.deepEqual(jar.read(`__Host-mfa-session=${value}`), {}, value);
  }
  const device = `${'c'.repeat(22)}.${token}`;
  assert.deepEqual(jar.read(`__Host-mfa-device=${device}`), { device });
  assert.deepEqual(jar.read(`__Host-mfa-device=${token}; __Host-mfa-session=${device}`), {});
  assert.deepEqual(jar.read(`mfa-session=${token}; __host-mfa-session=${token}`), {});
});

test('R72: a duplicate cookie counts as absent', () => {
  assert.deepEqual(jar.read(`__Host-mfa-session=${token}; __Host-mfa-session=${other}; __Host-mfa-flow=${other}`), {
    flow: other,
  });
  assert.deepEqual(jar.read(`__Host-mfa-session=${token};__Host-mfa-session =x`), {});
  assert.deepEqual(jar.read(`x__Host-mfa-session=${other}; __Host-mfa-session=${token}`), { session: token });
});
