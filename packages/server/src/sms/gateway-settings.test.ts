/*
 * Threats: a mistake in the description of the gateway is found only when a user waits for a code; a name or a text breaks out
 * of the request; an error repeats a credential.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OptionsError, resolveOptions, type TweestapOptions } from '../options.ts';
import { parseOrganisation } from '../organisations/schema.ts';
import { readSettings, SettingsError } from '../settings.ts';
import { smsGateway, textAt } from './gateway-settings.ts';

const KEYS = `test:${Buffer.alloc(32, 9).toString('base64')}`;
const body = { to: '{to}', text: '{text}', reference: '{id}' };
const deliveries = {
  ...{ secret: 'a-secret-of-the-gateway', reference: '/reference', status: '/status' },
  ...{ delivered: ['delivered'], undeliverable: ['failed'] },
};
const whole = { url: 'https://sms.example/messages', body };

/** The faults of a gateway in the options; undefined if there are none. */
function optionFaults(sms: unknown): readonly string[] | undefined {
  const options = { database: 'x.db', encryptionKeys: KEYS, baseUrl: 'https://portal.example', sms };
  try {
    resolveOptions(options as TweestapOptions);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof OptionsError);
    return error.lines;
  }
}

/** The faults of the same gateway in the environment. */
function settingFaults(gateway: string): readonly string[] | undefined {
  try {
    readSettings({ TWEESTAP_DATABASE: 'x.db', TWEESTAP_ENCRYPTION_KEYS: KEYS, TWEESTAP_SMS_GATEWAY: gateway });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.lines;
  }
}

test('a complete gateway, one with defaults and one on the loopback are accepted', () => {
  const full = {
    ...{ ...whole, method: 'PUT', headers: { Authorization: 'Bearer x' }, format: 'json', messageId: '/id' },
    ...{ accepted: { at: '/status', values: ['0'] }, timeoutSeconds: 5, deliveries },
  };
  for (const sms of [whole, full, { ...whole, url: 'http://127.0.0.1:9000/sms' }, false]) {
    assert.equal(optionFaults(sms), undefined);
    if (sms) assert.equal(settingFaults(JSON.stringify(sms)), undefined);
  }
  assert.equal(optionFaults({ send() {}, close() {} }), undefined, 'an own transport');
  const { method, format, timeoutSeconds } = smsGateway.parse(whole);
  assert.deepEqual([method, format, timeoutSeconds], ['POST', 'json', 10]);
});

const faults: readonly [unknown, string][] = [
  [7, ' must be an object with url and body.'],
  [{ ...whole, url: undefined }, '.url must be an https address.'],
  [{ ...whole, url: 'ftp://sms.example' }, '.url must be an https address.'],
  [{ ...whole, url: 'http://sms.example' }, '.url must be https, plain http is for the loopback only.'],
  [
    { ...whole, url: 'https://user:hunter2@sms.example' },
    '.url must have no user, password or fragment; expected credentials in headers.',
  ],
  [{ ...whole, method: 'GET' }, '.method must be POST or PUT.'],
  [{ ...whole, format: 'xml' }, '.format must be json or form.'],
  [{ ...whole, headers: { 'Bad Name': 'x' } }, '.headers.Bad Name is no header.'],
  [{ ...whole, headers: { Host: 'x' } }, '.headers.Host must be absent, because it is set by the server.'],
  [{ ...whole, headers: { Authorization: 'hunter2\r\nX: y' } }, '.headers.Authorization must be printable ASCII.'],
  [{ url: whole.url }, '.body must be an object with the placeholders {to} or {digits}, and {text}.'],
  [{ ...whole, body: { to: '{to}' } }, '.body must have the placeholder {text}.'],
  [{ ...whole, body: { text: '{text}' } }, '.body must have the placeholder {to} or {digits}.'],
  [
    { ...whole, body: { ...body, code: '{code}' } },
    '.body has an unknown placeholder {code}; expected {to}, {digits}, {text} or {id}.',
  ],
  [
    { ...whole, format: 'form', body: { ...body, flash: true } },
    '.body must have texts only, because the format is form.',
  ],
  [{ ...whole, messageId: 'id' }, '.messageId must be a JSON pointer such as /messages/0/id (RFC 6901).'],
  [{ ...whole, accepted: {} }, '.accepted.at must be a JSON pointer such as /messages/0/id (RFC 6901).'],
  [{ ...whole, timeoutSeconds: 0 }, '.timeoutSeconds must be a whole number from 1 to 60.'],
  [{ ...whole, retries: 3 }, '.retries is not an option.'],
  [
    { ...whole, deliveries: { ...deliveries, secret: 'hunter2' } },
    '.deliveries.secret must have at least 16 characters.',
  ],
  [
    { ...whole, deliveries: { ...deliveries, reference: undefined } },
    '.deliveries must have either id (the id of the gateway) or reference (the {id} that was sent to it).',
  ],
  [
    { ...whole, deliveries: { ...deliveries, reference: undefined, id: '/id' } },
    '.messageId is missing; expected where the response has the id, because deliveries.id refers to it.',
  ],
  [
    { ...whole, body: { to: '{to}', text: '{text}' }, deliveries },
    '.body must have the placeholder {id}, because deliveries.reference refers to it.',
  ],
  [
    { ...whole, deliveries: { ...deliveries, undeliverable: ['failed', 'delivered'] } },
    '.deliveries must not have a status that is both delivered and undeliverable.',
  ],
  [{ ...whole, deliveries: { ...deliveries, delivered: [] } }, '.deliveries.delivered must have at least one text.'],
];
for (const [gateway, line] of faults) {
  test(`R95 a wrong gateway is reported in one clear line: "${line.trim()}"`, () => {
    const lines = optionFaults(gateway);
    assert.ok(lines?.includes(`sms${line}`), JSON.stringify(lines));
    const settings = settingFaults(JSON.stringify(gateway));
    assert.ok(settings?.includes(`TWEESTAP_SMS_GATEWAY${line}`), JSON.stringify(settings));
    assert.ok(!JSON.stringify([lines, settings]).includes('hunter2'), 'R25 no credential is repeated');
  });
}

test('the gateways and policies of the guide are accepted', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/guide/sms.md'), 'utf8');
  const blocks = [...page.matchAll(/```json\n(.*?)\n```/gs)].map(([, text = '']) => JSON.parse(text));
  const [shell = ''] = /TWEESTAP_SMS_GATEWAY='(.*?)'/s.exec(page)?.slice(1) ?? [];
  assert.equal(settingFaults(shell), undefined);
  const gateways = blocks.filter((block) => 'url' in block);
  assert.equal(gateways.length, 2);
  for (const gateway of gateways) assert.equal(settingFaults(JSON.stringify(gateway)), undefined);
  const [reports] = blocks.filter((block) => 'deliveries' in block);
  assert.equal(optionFaults({ ...whole, messageId: '/id', ...reports }), undefined);
  const [organisation] = blocks.filter((block) => 'policy' in block);
  assert.equal(parseOrganisation({ id: 'x', name: 'X', ...organisation }).policy.sms?.perDay.organisation, 3000);
});

test('R95 a setting that is no JSON is reported without its text', () => {
  assert.deepEqual(settingFaults('{"url": "https://x", "headers": {"Authorization": "hunter2"'), [
    'TWEESTAP_SMS_GATEWAY must be a JSON object with url and body.',
  ]);
});

test('a JSON pointer finds a text, a number or a boolean, and nothing inherited', () => {
  const value = { a: [{ id: 7 }], 'x/y': { '~': true }, list: ['one'], none: null };
  assert.equal(textAt(value, '/a/0/id'), '7');
  assert.equal(textAt(value, '/x~1y/~0'), 'true');
  assert.equal(textAt(value, '/list/0'), 'one');
  for (const at of ['/a', '/a/1/id', '/none', '/none/x', '/constructor/name', '/list/length/x', '/__proto__']) {
    assert.equal(textAt(value, at), undefined, at);
  }
});
