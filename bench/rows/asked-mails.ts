import { makeAccounts } from '../lib/accounts.ts';
import { post } from '../lib/http.ts';
import { findPeer } from '../lib/peers.ts';
import { median } from '../lib/rounds.ts';
import { start } from '../lib/running.ts';
import { addressOf, MAIL_KINDS, MAIL_ORGANISATION } from '../peers/tweestap-mails.ts';

const SAMPLES = 200;
const WARM_UP = 20;
/** What R55 allows between the classes, of their medians and of their minima. */
const WITHIN = 1.05;

interface Class {
  name: string;
  /** The beginning of the usernames; every sample has a username of its own. */
  kind: (typeof MAIL_KINDS)[number] | 'unknown';
  /** Whether the stored address is typed. */
  ownAddress: boolean;
}

const classes: readonly Class[] = [
  { name: 'active, its own address', kind: 'active', ownAddress: true },
  { name: 'active, another address', kind: 'active', ownAddress: false },
  { name: 'unknown', kind: 'unknown', ownAddress: true },
  { name: 'disabled', kind: 'disabled', ownAddress: true },
  { name: 'not activated', kind: 'dormant', ownAddress: true },
];

/** Row 10: what a request for a reset mail takes, by what the name is (R55). */
export async function askedMailsRow(): Promise<void> {
  const [account] = await makeAccounts(1, 'light');
  if (!account) throw new Error('no account was made');
  const accounts = MAIL_KINDS.flatMap((kind) =>
    Array.from({ length: 2 * (SAMPLES + WARM_UP) }, (_, index) => ({ ...account, username: `${kind}-${index}` })),
  );
  const server = await start(findPeer('Tweestap, requests for mails'), accounts, 'light');
  try {
    const times = new Map(classes.map(({ name }) => [name, [] as number[]]));
    for (let round = -WARM_UP; round < SAMPLES; round += 1) {
      // Each round in another order: what comes first in a round would else be the slower one.
      for (let index = 0; index < classes.length; index += 1) {
        const each = classes[(index + round + WARM_UP) % classes.length] as Class;
        const ms = await request(server.port, each, round + WARM_UP);
        if (round >= 0) times.get(each.name)?.push(ms);
      }
    }
    print(times);
  } finally {
    await server.stop();
  }
}

async function request(port: number, { kind, ownAddress }: Class, sample: number): Promise<number> {
  const username = `${kind}-${2 * sample + Number(ownAddress)}`;
  const email = ownAddress ? addressOf(username) : `other-${addressOf(username)}`;
  const inputs = [
    { step: 'organisation', organisation: MAIL_ORGANISATION },
    { step: 'identify', username, email },
  ];
  const from = performance.now();
  const { text } = await post(port, '/mfa/v1/flows', { kind: 'recover', inputs });
  const ms = performance.now() - from;
  if (JSON.parse(text).flow?.step.type !== 'mail-sent') throw new Error(`expected the step mail-sent: ${text}`);
  return ms;
}

function print(times: ReadonlyMap<string, readonly number[]>): void {
  console.log('\n10  Requests for a reset mail');
  const medians = [...times.values()].map(median);
  const minima = [...times.values()].map((each) => Math.min(...each));
  for (const [index, name] of [...times.keys()].entries()) {
    console.log(`  ${name.padEnd(44)} median ${shown(medians[index])}   least ${shown(minima[index])}`);
  }
  console.log(`  largest / smallest median ${verdict(medians)}, least ${verdict(minima)}`);
}

const shown = (ms = Number.NaN): string => `${ms.toFixed(3).padStart(8)} ms`;

function verdict(figures: readonly number[]): string {
  const ratio = Math.max(...figures) / Math.min(...figures);
  return `${ratio.toFixed(3)} (${ratio <= WITHIN ? 'within 5 %' : 'NOT within 5 %'})`;
}
