import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundleReact } from '../bundle-react.ts';
import { served, serverContent } from './testing/served.ts';

const folder = mkdtempSync(join(tmpdir(), 'tweestap-react-'));
after(() => rmSync(folder, { recursive: true }));

for (const version of [18, 19] as const) {
  test(`React ${version} renders the tag, its attributes and the content of the server on a server`, async () => {
    const file = join(folder, `react-${version}.mjs`);
    writeFileSync(file, await bundleReact(version, 'node'));
    const react: typeof import('react-bundle-19') = await import(pathToFileURL(file).href);
    assert.match(react.version, new RegExp(`^${version}\\.`));
    const { createElement, MfaLogin, renderToString } = react;
    const plain = { lang: 'en', api: '/mfa/v1', organisation: 'de-linde', returnTo: '/dossier', resume: true } as const;
    const html = renderToString(createElement(MfaLogin, { ...plain, onMfaSuccess: () => undefined, serverContent }));
    assert.equal(html.replace('resume="true"', 'resume=""'), served.plain);
    const off = renderToString(createElement(MfaLogin, { organisation: null, resume: false }));
    assert.equal(off, '<mfa-login></mfa-login>');
    const logo = createElement('b', { slot: 'logo' }, 'De Linde');
    assert.equal(renderToString(createElement(MfaLogin, { organisation: 'de-linde' }, logo)), served.withLogo);
  });
}
