import { parseArgs } from 'node:util';
import { hangUp } from './lib/http.ts';
import { askedMailsRow } from './rows/asked-mails.ts';
import { codeStepRow } from './rows/code-step.ts';
import { loginRow } from './rows/logins.ts';
import { refusalsRow } from './rows/refusals.ts';
import { sizeRow } from './rows/size.ts';
import { totpRow } from './rows/totp.ts';

/** The rows of PERFORMANCE that are measured here, by their number; each in its own short time. */
const rows: Readonly<Record<string, (rounds: number) => Promise<void>>> = {
  '1': sizeRow,
  '3': loginRow,
  '4': codeStepRow,
  '5': totpRow,
  '9': refusalsRow,
  '10': askedMailsRow,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '7' } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 99) throw new Error('--rounds: expected a number, 1 to 99.');
  const asked = positionals.length > 0 ? positionals : Object.keys(rows);
  const unknown = asked.find((row) => !rows[row]);
  if (unknown) throw new Error(`There is no row ${unknown}; expected ${Object.keys(rows).join(', ')}.`);
  for (const row of asked) await rows[row]?.(rounds);
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  hangUp();
}
