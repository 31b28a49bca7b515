import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files, root } from './lib/files.ts';
import { report } from './lib/report.ts';
import { run } from './lib/run.ts';
import { samplesOf } from './lib/samples.ts';
import { tsc } from './lib/tsc.ts';

// The folder is under docs, whose package.json lists the packages that samples can import.
const folder = join(root, 'docs/.build/samples');

const config = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: {
    composite: false,
    declaration: false,
    noEmit: true,
    customConditions: [],
    moduleDetection: 'force',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  },
  include: ['*.ts'],
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const found: string[] = [];
let written = 0;
for (const file of files(root, '*.md', 'docs/**/*.md', 'packages/*/*.md')) {
  for (const { kind, source, line } of samplesOf(readFileSync(join(root, file), 'utf8'))) {
    const name = `${file.replace(/\.md$/, '').replaceAll('/', '__')}__line_${line}.ts`;
    if (kind === 'ts') writeFileSync(join(folder, name), source);
    else if (!isJson(source)) found.push(`${file}:${line} is not valid JSON`);
    written += 1;
  }
}
if (written === 0) found.push('README.md and docs contain no samples');
const python = 'examples/other-language/assertion.py';
const guide = 'docs/guide/other-language.md';
const [sample, inGuide] = [python, guide].map((file) => readFileSync(join(root, file), 'utf8')) as [string, string];
if (!inGuide.includes(`\`\`\`python\n${sample}\`\`\`\n`)) found.push(`${python} differs from the sample in ${guide}`);
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
const [program, ...args] = tsc('-p', folder);
const code = await run(program, args);
if (code !== 0) found.push('a sample does not compile; the name of its file gives the document and the line');
console.log(`samples: ${written} checked`);
report('samples', found);

function isJson(source: string): boolean {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}
