import { makeAccounts } from '../lib/accounts.ts';
import { post } from '../lib/http.ts';
import { findPeer } from '../lib/peers.ts';
import { median } from '../lib/rounds.ts';
import { type Running, start } from '../lib/running.ts';
import { KINDS, type Kind, ORGANISATIONS } from '../peers/tweestap-refusals.ts';

/** The number of samples per class: enough for stable minima at 12 ms per response, and fewer at one second per response. */
const SAMPLES = { own: 1000, moved: 200 } as const;
const WARM_UP = 10;
/**
 * The number of consecutive samples in a group. The minimum of a class is the median of the minima of its groups. The single
 * minimum of a thousand samples depends on chance: between two equal classes it differs by up to 10 %.
 */
const GROUP = 20;
/** The maximum ratio between the medians, and between the minima, of two classes (R54). */
const MAX_RATIO = 1.05;
const WRONG = 'een ándere zee onder mïst 7';

/** A kind of account and a spelling of the password. Every sample uses a different username, so that none gets locked. */
interface Class {
  name: string;
  kind: Kind | 'unknown';
  decomposed: boolean;
  /** Whether it equals another class except for its usernames. The difference between the two is the noise of the run. */
  isControl?: boolean;
}

const classes: readonly Class[] = [
  { name: 'hash by Tweestap', kind: 'own', decomposed: false },
  { name: 'hash by Tweestap, decomposed letters', kind: 'own', decomposed: true },
  { name: 'unknown', kind: 'unknown', decomposed: false },
  { name: 'unknown, control', kind: 'unknown', decomposed: false, isControl: true },
  { name: 'unknown, decomposed letters', kind: 'unknown', decomposed: true },
  { name: 'disabled', kind: 'disabled', decomposed: false },
  { name: 'not activated', kind: 'dormant', decomposed: false },
  { name: 'imported bcrypt 12', kind: 'imported', decomposed: false },
  { name: 'imported, decomposed letters', kind: 'imported', decomposed: true },
];

/** The response times of a class in ms, and the server's CPU times in ms if the samples are taken one after the other. */
interface Figures {
  times: number[];
  cpu: number[];
}

/** Row 9: the time of a refused password, by the state of the account (R54). */
export async function refusalsRow(): Promise<void> {
  const perKind = 2 * (SAMPLES.own + WARM_UP);
  const [account] = await makeAccounts(1, 'full');
  if (!account) throw new Error('No account was created.');
  const accounts = KINDS.flatMap((kind) =>
    Array.from({ length: perKind }, (_, index) => ({ ...account, username: `${kind}-${index}` })),
  );
  const server = await start(findPeer('Tweestap, refusals'), accounts, 'full');
  try {
    for (const organisation of ORGANISATIONS) {
      const measured = classes.filter(({ kind }) => organisation === 'moved' || kind !== 'imported');
      print(organisation, await measure(server, organisation, measured));
    }
  } finally {
    await server.stop();
  }
}

/**
 * Takes interleaved samples, in a different order in each round. With a minimum response time, the samples of a round are
 * taken in parallel, since they would otherwise take twenty minutes. Without one, they are taken one after the other.
 */
async function measure(
  server: Running,
  organisation: string,
  measured: readonly Class[],
): Promise<Map<string, Figures>> {
  const figures = new Map(measured.map(({ name }) => [name, { times: [], cpu: [] } as Figures]));
  const sample = async (each: Class, round: number): Promise<void> => {
    const ms = await refusal(server.port, organisation, each, round + WARM_UP);
    if (round >= 0) figures.get(each.name)?.times.push(ms);
  };
  const samples = organisation === 'moved' ? SAMPLES.moved : SAMPLES.own;
  for (let round = -WARM_UP; round < samples; round += 1) {
    const order = measured.map((_, index) => measured[(index + round + WARM_UP) % measured.length] as Class);
    if (organisation === 'moved') {
      await Promise.all(order.map((each) => sample(each, round)));
      continue;
    }
    for (const each of order) {
      const before = await server.cpu();
      await sample(each, round);
      const spent = (await server.cpu()) - before;
      if (round >= 0) figures.get(each.name)?.cpu.push(1000 * spent);
    }
  }
  return figures;
}

async function refusal(port: number, organisation: string, { kind, decomposed, isControl }: Class, index: number) {
  const username = `${kind}${isControl ? '-control' : ''}-${2 * index + Number(decomposed)}`;
  const inputs = [
    { step: 'organisation', organisation },
    { step: 'username', username },
    { step: 'password', password: WRONG.normalize(decomposed ? 'NFD' : 'NFC') },
  ];
  const from = performance.now();
  const { text } = await post(port, '/mfa/v1/flows', { kind: 'login', inputs });
  const ms = performance.now() - from;
  if (JSON.parse(text).problem?.code !== 'wrong-credentials')
    throw new Error(`expected the problem wrong-credentials, got ${text}`);
  return ms;
}

function print(organisation: string, figures: ReadonlyMap<string, Figures>): void {
  const hashes =
    organisation === 'moved' ? 'imported hashes and a minimum response time' : 'hashes made by Tweestap only';
  console.log(`\n9  Refusals of a wrong password in an organisation with ${hashes}`);
  const measures = organisation === 'moved' ? (['times'] as const) : (['times', 'cpu'] as const);
  for (const measure of measures) {
    console.log(measure === 'cpu' ? "  CPU of the server's process" : '  response time');
    for (const [name, each] of figures) {
      const lowest = minimum(each[measure]);
      console.log(`    ${name.padEnd(42)} median ${shown(median(each[measure]))}   minimum ${shown(lowest)}`);
    }
    const all = [...figures.values()].map((each) => each[measure]);
    console.log(`    largest / smallest: median ${verdict(all.map(median))}, minimum ${verdict(all.map(minimum))}`);
    const controls = ['unknown', 'unknown, control'].map((name) => figures.get(name)?.[measure] ?? []);
    console.log(
      `    noise, class unknown compared with its control: median ${ratio(controls.map(median))}, minimum ${ratio(controls.map(minimum))}`,
    );
    console.log(`    the single minimum of each class: ${ratio(all.map((each) => Math.min(...each)))}`);
  }
}

const shown = (ms: number): string => `${ms.toFixed(2).padStart(8)} ms`;

function minimum(samples: readonly number[]): number {
  const groups = Array.from({ length: Math.floor(samples.length / GROUP) }, (_, group) =>
    samples.slice(GROUP * group, GROUP * (group + 1)),
  );
  return median(groups.map((group) => Math.min(...group)));
}

const ratioOf = (figures: readonly number[]): number => Math.max(...figures) / Math.min(...figures);

const ratio = (figures: readonly number[]): string => ratioOf(figures).toFixed(3);

function verdict(figures: readonly number[]): string {
  return `${ratio(figures)} (${ratioOf(figures) <= MAX_RATIO ? 'within 5 %' : 'NOT within 5 %'})`;
}
