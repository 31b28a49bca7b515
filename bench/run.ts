import { parseArgs } from 'node:util';
import { closeConnections } from './lib/http.ts';
import { codeStepRow } from './rows/code-step.ts';
import { firstFieldRow } from './rows/first-field.ts';
import { growthRow } from './rows/growth.ts';
import { loginRow } from './rows/logins.ts';
import { refusalsRow } from './rows/refusals.ts';
import { resetEmailsRow } from './rows/reset-emails.ts';
import { sizeRow } from './rows/size.ts';
import { totpRow } from './rows/totp.ts';

/** The measurements by row number. README.md describes them. */
const rows: Readonly<Record<string, (rounds: number) => Promise<void>>> = {
  '1': sizeRow,
  '2': firstFieldRow,
  '3': loginRow,
  '4': codeStepRow,
  '5': totpRow,
  '8': growthRow,
  '9': refusalsRow,
  '10': resetEmailsRow,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '7' } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 99)
    throw new Error(`--rounds must be an integer from 1 to 99, got "${values.rounds}".`);
  const chosen = positionals.length > 0 ? positionals : Object.keys(rows);
  const unknown = chosen.find((row) => !rows[row]);
  if (unknown) throw new Error(`Unknown row "${unknown}", expected one of: ${Object.keys(rows).join(', ')}.`);
  for (const row of chosen) await rows[row]?.(rounds);
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  closeConnections();
}
