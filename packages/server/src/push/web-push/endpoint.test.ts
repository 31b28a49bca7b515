/* Threat: a phone makes the server send requests into private networks (SSRF). */
import assert from 'node:assert/strict';
import type { lookup as Lookup } from 'node:dns';
import { test } from 'node:test';
import { isEndpointAllowed, isPublicAddress, publicLookup } from './endpoint.ts';

test('subscriptions are accepted only at known push services, by https and name', () => {
  for (const url of [
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://updates.push.services.mozilla.com/wpush/v2/abc',
    'https://web.push.apple.com/abc',
    'https://sg2p.notify.windows.com/w/?token=abc',
  ]) {
    assert.ok(isEndpointAllowed(url, {}), url);
  }
  for (const url of [
    'http://fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com:8443/abc',
    'https://user:secret@fcm.googleapis.com/abc',
    'https://fcm.googleapis.com.evil.example/abc',
    'https://evil-push.apple.com.example/abc',
    'https://push.apple.com/abc',
    'https://127.0.0.1/abc',
    'https://[::1]/abc',
    'https://2130706433/abc',
    'https://10.0.0.5/abc',
    'https://localhost/abc',
    'https://evil.example/abc',
    'file:///etc/passwd',
    'ftp://fcm.googleapis.com/',
    'no address',
  ]) {
    assert.ok(!isEndpointAllowed(url, {}), url);
  }
  assert.ok(isEndpointAllowed('https://push.clinic.example/x', { hosts: ['push.clinic.example'] }));
  assert.ok(isEndpointAllowed('https://a.push.clinic.example/x', { hosts: ['*.push.clinic.example'] }));
  assert.ok(isEndpointAllowed('http://127.0.0.1:4000/x', { loopback: true }));
  assert.ok(!isEndpointAllowed('http://10.0.0.5/x', { loopback: true }));
});

test('addresses of private, local, shared, documentation and multicast networks are not public', () => {
  for (const address of [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.0.1', '192.168.1.1', '198.18.0.1'],
    ...[
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1',
      'fc00::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '2001:db8::1',
    ],
    ...['2002:7f00:1::', '64:ff9b::7f00:1', 'no address'],
  ]) {
    assert.ok(!isPublicAddress(address), address);
  }
  for (const address of ['142.250.179.138', '17.57.12.1', '2a00:1450:400e:80d::200a'])
    assert.ok(isPublicAddress(address));
});

test('a name that resolves to a private address is not connected to, even beside a public one', async () => {
  const answers: Record<string, string[]> = {
    good: ['142.250.1.1'],
    bad: ['10.0.0.1'],
    mixed: ['142.250.1.1', '127.0.0.1'],
    none: [],
  };
  const fake = ((name: string, _options: object, callback: (error: null, found: object[]) => void) =>
    callback(
      null,
      (answers[name] ?? []).map((address) => ({ address, family: 4 })),
    )) as unknown as typeof Lookup;
  const resolve = (name: string) =>
    new Promise((done) => publicLookup(fake)(name, { all: true }, (error, found) => done(error ? 'refused' : found)));
  assert.deepEqual(await resolve('good'), [{ address: '142.250.1.1', family: 4 }]);
  for (const name of ['bad', 'mixed', 'none']) assert.equal(await resolve(name), 'refused', name);
});
