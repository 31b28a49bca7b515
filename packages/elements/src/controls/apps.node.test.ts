import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemsFrom } from './apps.ts';
import { systemOf } from './system.ts';

const browsers: [string, number, ReturnType<typeof systemOf>][] = [
  ['Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36', 5, 'android'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Mobile', 5, 'ios'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.1 Safari/605.1.15', 5, 'ios'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.1 Safari/605.1.15', 0, 'desktop'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0', 10, 'desktop'],
];

test('P4 a phone is distinguished from a computer, and an iPad from a Mac', () => {
  for (const [userAgent, maxTouchPoints, system] of browsers) {
    assert.equal(systemOf({ userAgent, maxTouchPoints }), system, userAgent);
  }
});

test('P4 on a phone its own system is the first, and the list has all systems', () => {
  assert.deepEqual(systemsFrom('ios'), ['ios', 'android', 'desktop']);
  assert.deepEqual(systemsFrom('android'), ['android', 'ios', 'desktop']);
  assert.deepEqual(systemsFrom('desktop'), ['android', 'ios', 'desktop']);
});
