import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceName } from './known-device.ts';

test('the name of a device is its browser and its system', () => {
  const named = (text: string) => deviceName(text);
  assert.equal(
    named('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0'),
    'Firefox, Windows',
  );
  assert.equal(
    named(
      'Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
    ),
    'Chrome, Android',
  );
  assert.equal(
    named(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/604.1',
    ),
    'Safari, iPhone',
  );
});

test("a device with a missing or unknown user agent is named 'Browser'", () => {
  assert.equal(deviceName(undefined), 'Browser');
  assert.equal(deviceName('<script>alert(1)</script>'), 'Browser');
});
