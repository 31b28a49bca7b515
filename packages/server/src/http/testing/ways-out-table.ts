import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { waysOut } from './ways-out.ts';
import { helpDeskWaysOut } from './ways-out-help-desk.ts';
import { mailWaysOut } from './ways-out-mail.ts';
import { pushWaysOut } from './ways-out-push.ts';
import { smsWaysOut } from './ways-out-sms.ts';
import { throttleWaysOut } from './ways-out-throttle.ts';

/*
 * Generates the table of ways out (R91) in docs/security.md from the rows that the tests use. Run this file as a
 * program with `--conditions=tweestap-source` to write the table.
 */

const FILE = fileURLToPath(new URL('../../../../../docs/security.md', import.meta.url));
const BEGIN = '<!-- ways out: written by packages/server/src/http/testing/ways-out-table.ts -->';
const END = '<!-- end of ways out -->';

interface Cell {
  limit: string;
  email: boolean;
  device: 'known' | 'unknown';
  way: string;
}

const cells: readonly Cell[] = [
  ...waysOut,
  ...helpDeskWaysOut.map((cell) => ({
    ...cell,
    limit: cell.limit.replace('-', ' '),
    way: `the help desk's \`${cell.way.replace(' by ', '` by ')}${cell.way.includes(' by ') ? '' : '`'}`,
  })),
  ...mailWaysOut,
  ...throttleWaysOut,
  ...pushWaysOut,
  ...smsWaysOut,
];

const columns = [
  { email: true, device: 'known' },
  { email: true, device: 'unknown' },
  { email: false, device: 'known' },
  { email: false, device: 'unknown' },
] as const;

function table(): string {
  const rows = [...new Set(cells.map(({ limit }) => limit))].map((limit) => {
    const entries = columns.map(({ email, device }) => {
      const found = cells.filter((cell) => cell.limit === limit && cell.email === email && cell.device === device);
      return [...new Set(found.map(({ way }) => way))].join('; ') || 'not reached';
    });
    return [limit, ...entries];
  });
  const head = [
    'Limit',
    'Email, known device',
    'Email, unknown device',
    'No email, known device',
    'No email, unknown device',
  ];
  return [head, head.map(() => '---'), ...rows].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/**
 * Returns the document with the current table.
 * @throws Error when the document lacks the lines that mark its position
 */
export function withWaysOut(document: string): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`docs/security.md must have the lines "${BEGIN}" and "${END}".`);
  return `${document.slice(0, from)}${BEGIN}\n\n${table()}\n\n${document.slice(to)}`;
}

/** Reads docs/security.md. */
export const securityPage = (): string => readFileSync(FILE, 'utf8');

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, withWaysOut(securityPage()));
