import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';

/** A replacement for Debian's oathtool where it is not installed. It follows RFC 6238 and uses no code of this project. */
const oathtool = `#!/usr/bin/env node
import { createHmac } from 'node:crypto';
const bits = [...process.argv.at(-1)].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'));
const key = Buffer.from(bits.join('').match(/.{8}/g).map((byte) => parseInt(byte, 2)));
const counter = Buffer.alloc(8);
counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
const hash = createHmac('sha1', key).update(counter).digest();
console.log(String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0'));
`;

/** The commands in the guide, and the output that the guide promises. */
const readGuide = () => {
  const page = readFileSync('docs/guide/raw-protocol.md', 'utf8');
  const blocks = [...page.matchAll(/```(sh|text)\n(.*?)```/gs)].map(([, language, text = '']) => ({ language, text }));
  const textsOf = (language: string) =>
    blocks
      .filter((block) => block.language === language)
      .map((block) => block.text)
      .join('');
  return { commands: textsOf('sh'), output: textsOf('text') };
};

test('the login in the guide works with curl and oathtool', async ({ baseURL }, { outputDir }) => {
  const folder = join(outputDir, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'oathtool'), oathtool);
  chmodSync(join(folder, 'oathtool'), 0o755);
  const { commands, output } = readGuide();
  const script = commands.replace('http://localhost:3000', baseURL ?? '');
  const env = { ...process.env, PATH: `${process.env.PATH}${delimiter}${folder}` };
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: outputDir, env });
  expect(stdout).toBe(output);
});
