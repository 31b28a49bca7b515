/*
 * Threat: an organisation does not know what toll fraud can cost it. The table of docs/guide/sms.md is the result of this
 * simulation of a thousand hostile requests on one day, with the default limits.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseOrganisation } from '../organisations/schema.ts';
import { sqliteForTests } from '../store/testing/databases.ts';
import { countSending, type Sending } from './sending-limits.ts';
import { keyring } from './testing/texts.ts';

const COUNT = 1000;
/** In euro: an example of what one text message to a mobile phone costs. */
const PRICE = 0.08;

const { policy } = parseOrganisation({
  ...{ id: 'clinic', name: 'Clinic' },
  policy: { sms: { country: 'NL', countries: ['NL', 'BE'] } },
});

type Attack = (n: number) => Pick<Sending, 'accountId' | 'network' | 'destination'> & { isConfirmed?: boolean };

/** Spread over the blocks of ten thousand numbers of a country. */
const dutch = (n: number): string => `+316${String(10_000_000 + ((n * 10_007) % 30_000_000))}`;
const toBelgium = (n: number): string => `+3247${String(1_000_000 + ((n * 10_007) % 8_000_000))}`;

const attacks: readonly [string, Attack][] = [
  [
    'one stolen password, at one address',
    () => ({ accountId: 'a', network: 'n', destination: dutch(1), isConfirmed: true }),
  ],
  [
    'one stolen password, at a thousand addresses',
    (n) => ({ accountId: 'a', network: `n${n}`, destination: dutch(1), isConfirmed: true }),
  ],
  [
    'one stolen password, to enter a thousand numbers',
    (n) => ({ accountId: 'a', network: `n${n}`, destination: dutch(n) }),
  ],
  [
    'a thousand accounts, to enter one user’s number',
    (n) => ({ accountId: `a${n}`, network: `n${n}`, destination: dutch(1) }),
  ],
  [
    'a thousand accounts, to enter numbers of one block of an operator',
    (n) => ({ accountId: `a${n}`, network: `n${n}`, destination: `+3161234${String(n).padStart(4, '0')}` }),
  ],
  [
    'a thousand stolen passwords, at one address',
    (n) => ({ accountId: `a${n}`, network: 'n', destination: dutch(n), isConfirmed: true }),
  ],
  [
    'a thousand accounts, to enter numbers of countries that are not listed',
    (n) => ({ accountId: `a${n}`, network: `n${n}`, destination: `+4915123${String(400_000 + n)}` }),
  ],
  [
    'a thousand stolen passwords, at a thousand addresses',
    (n) => ({ accountId: `a${n}`, network: `n${n}`, destination: n % 2 ? dutch(n) : toBelgium(n), isConfirmed: true }),
  ],
];

test('R24 the guide states what a thousand hostile requests of each kind cost an organisation', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/guide/sms.md'), 'utf8');
  for (const [name, attack] of attacks) {
    const fixture = await sqliteForTests.open();
    const { database, clock } = fixture;
    let sent = 0;
    for (let n = 0; n < COUNT; n += 1) {
      const sending = { organisation: { id: 'clinic' }, policy, keyring, now: clock(), ...attack(n) };
      if (await database.write((tx) => countSending(tx, sending))) sent += 1;
    }
    await fixture.close();
    const row = `| ${name} | ${sent} | ${(sent * PRICE).toFixed(2)} |`;
    assert.ok(page.includes(`\n${row}\n`), `docs/guide/sms.md needs the line: ${row}`);
  }
});

test('R24 the reference states the default limits', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/reference/policy.md'), 'utf8');
  for (const [scope, limit] of Object.entries(policy.sms?.perDay ?? {})) {
    assert.match(
      page,
      new RegExp(`^\\| \`policy\\.sms\\.perDay\\.${scope}\` \\| whole number \\| \`${limit}\` \\|`, 'm'),
    );
  }
});
