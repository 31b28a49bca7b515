/* Threat: a wrong setting makes the server send emails without encryption, or from an unintended address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailAddress, parseSmtpAddress, SmtpAddressError } from './smtp-address.ts';

test('an address is parsed into host, port, encryption, login and sender', () => {
  assert.deepEqual(parseSmtpAddress('smtp://us%40er:pa%2Fss@mail.example.org?from=portal@example.org'), {
    ...{ host: 'mail.example.org', port: 587, implicitTls: false, tls: true },
    ...{ user: 'us@er', password: 'pa/ss', from: 'portal@example.org' },
  });
  const bare = { user: undefined, password: undefined, from: 'a@b.example' };
  const smtps = { host: 'mail.example.org', port: 465, implicitTls: true, tls: true };
  assert.deepEqual(parseSmtpAddress('smtps://mail.example.org/?from=a@b.example'), { ...smtps, ...bare });
  assert.equal(parseSmtpAddress('smtp://mail.example.org').from, undefined);
  const local = { host: '::1', port: 2525, implicitTls: false, tls: false };
  assert.deepEqual(parseSmtpAddress('smtp://[::1]:2525?from=a@b.example'), { ...local, ...bare });
});

test('encryption is off only on the loopback interface or with tls=none', () => {
  const tls = (text: string): boolean => parseSmtpAddress(`smtp://${text}`).tls;
  assert.equal(tls('localhost?from=a@b.example'), false);
  assert.equal(tls('127.0.0.9?from=a@b.example'), false);
  assert.equal(tls('10.0.0.1?from=a@b.example'), true);
  assert.equal(tls('localhost.example.org?from=a@b.example'), true);
  assert.equal(tls('10.0.0.1?from=a@b.example&tls=none'), false);
  assert.equal(parseSmtpAddress('smtps://localhost?from=a@b.example&tls=none').tls, true);
});

test('the error for a wrong address does not repeat the password', () => {
  const wrong = [
    'mail.example.org',
    'http://mail.example.org?from=a@b.example',
    'smtp://',
    'smtp://u:s3cret@mail.example.org?from=nobody',
    'smtp://u:s3cret@mail.example.org?from=a@b.example,c@d.example',
    'smtp://u:s3cret@mail.example.org/path?from=a@b.example',
    'smtp://u:s3cret@mail.example.org?from=a@b.example&tls=maybe',
    'smtp://u:s3cret@mail.example.org?from=a@b.example&secure=no',
    'smtp://u:s3cret%zz@mail.example.org?from=a@b.example',
  ];
  for (const text of wrong) {
    assert.throws(
      () => parseSmtpAddress(text),
      (error) => error instanceof SmtpAddressError && !/s3cret|[\r\n]/.test(error.message),
      text,
    );
  }
});

test('an email address is one address: no list, no display name, no line break', () => {
  for (const good of ['a@b.example', "o'hara+x@ünï.example", 'a.b-c_d@localhost']) assert.ok(isMailAddress(good), good);
  for (const bad of [
    '',
    'a',
    '@b',
    'a@',
    'a@b@c',
    'a@b, c@d',
    'A <a@b>',
    'a@b\r\nBcc: c@d',
    'a b@c',
    '"a"@b',
    'a@b;c@d',
  ]) {
    assert.ok(!isMailAddress(bad), bad);
  }
});
