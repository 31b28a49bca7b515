import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/* Threat: a version of Node.js without the module ends the program with a message that names neither cause nor remedy. */

const main = new URL('../../cli/main.ts', import.meta.url).pathname;
const older = 'data:text/javascript,process.getBuiltinModule=undefined';

test('a Node.js without node:sqlite is told which version is needed', () => {
  const options = ['--conditions=tweestap-source', '--import', older];
  const { status, stderr } = spawnSync(process.execPath, [...options, main, '--help'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`Tweestap needs Node\\.js 22\\.13 or later\\. This is ${process.version}\\.`));
});
