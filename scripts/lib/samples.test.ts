import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplesOf } from './samples.ts';

const document = `# Title

\`\`\`ts
const a = 1;
\`\`\`

Then:

\`\`\`ts continued
const b = a;
\`\`\`

1. In a list:
   \`\`\`html
   <mfa-login></mfa-login>
   <script type="module">
     import 'x';
   </script>
   \`\`\`

\`\`\`sh
curl
\`\`\`

\`\`\`json
{ "a": 1 }
\`\`\`
`;

test('samples are TypeScript blocks, module scripts of pages, and JSON, but not shell commands', () => {
  assert.deepEqual(samplesOf(document), [
    { kind: 'ts', source: 'const a = 1;\nconst b = a;', line: 4 },
    { kind: 'ts', source: "\n  import 'x';\n", line: 16 },
    { kind: 'json', source: '{ "a": 1 }', line: 26 },
  ]);
});

test('a block without a closing fence is an error', () => {
  assert.throws(() => samplesOf('a\n```ts\nconst a = 1;'), /line 2 has no closing fence/);
});
