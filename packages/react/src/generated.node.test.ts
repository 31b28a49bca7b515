import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MfaApprove, MfaEnroll, MfaLogin, MfaSettings } from '@tweestap/elements';

const elements = {
  'mfa-approve': MfaApprove,
  'mfa-enroll': MfaEnroll,
  'mfa-login': MfaLogin,
  'mfa-settings': MfaSettings,
};

for (const [tag, element] of Object.entries(elements)) {
  test(`every property of ${tag} is a prop of its component, which 'pnpm build' writes`, () => {
    const source = readFileSync(join(import.meta.dirname, `${tag}.ts`), 'utf8');
    const props = [...source.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
    // The getter collects the properties of the class, as the definition of the element does in a browser.
    assert.ok(element.observedAttributes.includes('lang'));
    const missing = [...element.elementProperties.keys()].filter((name) => !props.includes(String(name)));
    assert.deepEqual(missing, []);
  });
}
