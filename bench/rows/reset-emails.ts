import { makeAccounts } from '../lib/accounts.ts';
import { post } from '../lib/http.ts';
import { findPeer } from '../lib/peers.ts';
import { median } from '../lib/rounds.ts';
import { start } from '../lib/running.ts';
import { addressOf, EMAIL_KINDS, EMAIL_ORGANISATION } from '../peers/tweestap-emails.ts';

const SAMPLES = 200;
const WARM_UP = 20;
/** The maximum ratio between the medians, and between the minima, of two classes (R55). */
const MAX_RATIO = 1.05;

/** A class of requests that must not differ in time. */
interface Class {
  name: string;
  /** The beginning of the usernames. Every sample uses a different username. */
  kind: (typeof EMAIL_KINDS)[number] | 'unknown';
  /** Whether the request has the stored address. */
  ownAddress: boolean;
}

const classes: readonly Class[] = [
  { name: 'active, stored address', kind: 'active', ownAddress: true },
  { name: 'active, another address', kind: 'active', ownAddress: false },
  { name: 'unknown', kind: 'unknown', ownAddress: true },
  { name: 'disabled', kind: 'disabled', ownAddress: true },
  { name: 'not activated', kind: 'dormant', ownAddress: true },
];

/** Row 10: the time of a request for a reset email, by the state of the account (R55). */
export async function resetEmailsRow(): Promise<void> {
  const [account] = await makeAccounts(1, 'light');
  if (!account) throw new Error('No account was created.');
  const accounts = EMAIL_KINDS.flatMap((kind) =>
    Array.from({ length: 2 * (SAMPLES + WARM_UP) }, (_, index) => ({ ...account, username: `${kind}-${index}` })),
  );
  const server = await start(findPeer('Tweestap, requests for emails'), accounts, 'light');
  try {
    const times = new Map(classes.map(({ name }) => [name, [] as number[]]));
    for (let round = -WARM_UP; round < SAMPLES; round += 1) {
      // The order changes in each round, because the first request of a round is often the slowest.
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
    { step: 'organisation', organisation: EMAIL_ORGANISATION },
    { step: 'identify', username, email },
  ];
  const from = performance.now();
  const { text } = await post(port, '/mfa/v1/flows', { kind: 'recover', inputs });
  const ms = performance.now() - from;
  if (JSON.parse(text).flow?.step.type !== 'mail-sent') throw new Error(`expected the step mail-sent, got ${text}`);
  return ms;
}

function print(times: ReadonlyMap<string, readonly number[]>): void {
  console.log('\n10  Requests for a reset email');
  const medians = [...times.values()].map(median);
  const minima = [...times.values()].map((each) => Math.min(...each));
  for (const [index, name] of [...times.keys()].entries()) {
    console.log(`  ${name.padEnd(44)} median ${shown(medians[index])}   minimum ${shown(minima[index])}`);
  }
  console.log(`  largest / smallest median ${verdict(medians)}, minimum ${verdict(minima)}`);
}

const shown = (ms = Number.NaN): string => `${ms.toFixed(3).padStart(8)} ms`;

function verdict(values: readonly number[]): string {
  const ratio = Math.max(...values) / Math.min(...values);
  return `${ratio.toFixed(3)} (${ratio <= MAX_RATIO ? 'within 5 %' : 'NOT within 5 %'})`;
}
