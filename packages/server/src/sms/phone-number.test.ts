/*
 * Threat: toll fraud. A code is sent to a premium number, a satellite phone or a country that the organisation does not allow; or a number is
 * shown to someone who does not have it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskNumber, parseAllowedNumber, parseMobileNumber } from './phone-number.ts';

test('R24 a mobile number is accepted in the format of the country and in international format', () => {
  for (const typed of [
    '0612345678',
    '06 12 34 56 78',
    '06-12345678',
    '+31 6 12345678',
    '0031612345678',
    '(06) 12345678',
  ]) {
    assert.deepEqual(
      parseMobileNumber(typed, 'NL'),
      { e164: '+31612345678', country: 'NL', prefix: '+3161234' },
      typed,
    );
  }
  assert.equal(parseMobileNumber('0470 12 34 56', 'BE')?.e164, '+32470123456');
  assert.equal(parseMobileNumber('+32470123456', 'NL')?.country, 'BE');
  assert.equal(parseMobileNumber('07400 123456', 'GB')?.e164, '+447400123456');
  assert.equal(parseMobileNumber('(201) 555-0123', 'US')?.e164, '+12015550123', 'no mobile prefix in this country');
});

test('R24 a number at which no mobile phone can be reached is refused', () => {
  const refused: Record<string, string> = {
    'a landline': '020 123 4567',
    'a premium number': '0900 1234',
    'a free number': '0800 0123',
    'a satellite phone': '+881612345678',
    'an international network': '+882161234567',
    'too short': '061234567',
    'too long': '06123456789',
    'an emergency number': '112',
    'an extension': '0612345678 ext. 5',
    'a number in a sentence': 'call 0612345678',
    'two numbers': '0612345678 0612345679',
    letters: '06ABCDEFGH',
    nothing: '',
    'a plus sign': '+',
    'control characters': '06123\u000045678',
  };
  for (const [why, typed] of Object.entries(refused)) assert.equal(parseMobileNumber(typed, 'NL'), undefined, why);
  assert.equal(parseMobileNumber('0612345678', 'XX'), undefined, 'an unknown country');
  assert.equal(parseMobileNumber('1'.repeat(10_000), 'NL'), undefined);
});

test('R24 a number of a country that the organisation does not list is refused', () => {
  const sms = { country: 'NL', countries: ['NL', 'BE'] };
  assert.equal(parseAllowedNumber('0612345678', sms)?.country, 'NL');
  assert.equal(parseAllowedNumber('+32470123456', sms)?.country, 'BE');
  assert.equal(parseAllowedNumber('+4915123456789', sms), undefined);
  assert.equal(parseAllowedNumber('+12015550123', sms), undefined);
});

test('R25 a masked number shows the country and the last two digits only', () => {
  assert.equal(maskNumber('+31612345678'), '+31 • •• •• •• 78');
  assert.equal(maskNumber('+12015550123'), '+1 •• •• •• •• 23');
  assert.equal(maskNumber('+32470123456'), '+32 • •• •• •• 56');
  for (const e164 of ['+31612345678', '+447400123456', '+35799123456']) {
    assert.ok(maskNumber(e164).replace(/\D/g, '').length <= 5, maskNumber(e164));
    assert.equal(maskNumber(e164).replace(/[^•\d]/g, '').length, e164.length - 1, 'as many digits');
  }
});
