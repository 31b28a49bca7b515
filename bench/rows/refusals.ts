import { makeAccounts } from '../lib/accounts.ts';
import { post } from '../lib/http.ts';
import { findPeer } from '../lib/peers.ts';
import { median } from '../lib/rounds.ts';
import { type Running, start } from '../lib/running.ts';
import { KINDS, type Kind, ORGANISATIONS } from '../peers/tweestap-refusals.ts';

/** Samples of each class: enough for minima to settle where an answer takes 12 ms, and fewer where it takes a second. */
const SAMPLES = { own: 1000, moved: 200 } as const;
const WARM_UP = 10;
/**
 * A class's minimum is the median of the least of each group of so many samples in a row. The single least of a thousand is one
 * lucky moment of the machine: between two classes that are the same it differs by up to a tenth.
 */
const GROUP = 20;
/** What R54 allows between the classes, of their medians and of their minima. */
const WITHIN = 1.05;
const WRONG = 'een ándere zee onder mïst 7';

/** A kind of name and a spelling of the password; every sample has a name of its own, so that no lock plays a part. */
interface Class {
  name: string;
  kind: Kind | 'unknown';
  decomposed: boolean;
  /** The same as another class, with other names: the difference between the two is the noise of the run. */
  isControl?: boolean;
}

const classes: readonly Class[] = [
  { name: 'own hash', kind: 'own', decomposed: false },
  { name: 'own hash, decomposed letters', kind: 'own', decomposed: true },
  { name: 'unknown', kind: 'unknown', decomposed: false },
  { name: 'unknown, control', kind: 'unknown', decomposed: false, isControl: true },
  { name: 'unknown, decomposed letters', kind: 'unknown', decomposed: true },
  { name: 'disabled', kind: 'disabled', decomposed: false },
  { name: 'not activated', kind: 'dormant', decomposed: false },
  { name: 'imported bcrypt 12', kind: 'imported', decomposed: false },
  { name: 'imported, decomposed letters', kind: 'imported', decomposed: true },
];

/** Of each class: ms of the answers, and ms of the server's CPU time where the samples are taken one after the other. */
interface Figures {
  times: number[];
  cpu: number[];
}

/** Row 9: what a wrong password takes, by what the name is (R54). */
export async function refusalsRow(): Promise<void> {
  const perKind = 2 * (SAMPLES.own + WARM_UP);
  const [account] = await makeAccounts(1, 'full');
  if (!account) throw new Error('no account was made');
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
 * Interleaved, each round in another order. Where answers wait until the floor a round's samples are taken side by side, else
 * they would take twenty minutes; elsewhere one after the other.
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
  if (JSON.parse(text).problem?.code !== 'wrong-credentials') throw new Error(`expected a refusal: ${text}`);
  return ms;
}

function print(organisation: string, figures: ReadonlyMap<string, Figures>): void {
  const hashes = organisation === 'moved' ? 'imported hashes, answers wait until the floor' : 'own hashes only';
  console.log(`\n9  Refusals of a wrong password, an organisation with ${hashes}`);
  const measures = organisation === 'moved' ? (['times'] as const) : (['times', 'cpu'] as const);
  for (const measure of measures) {
    console.log(measure === 'cpu' ? "  CPU of the server's process" : '  time of the answer');
    for (const [name, each] of figures) {
      const least = minimum(each[measure]);
      console.log(`    ${name.padEnd(42)} median ${shown(median(each[measure]))}   least ${shown(least)}`);
    }
    const all = [...figures.values()].map((each) => each[measure]);
    console.log(`    largest / smallest: median ${verdict(all.map(median))}, least ${verdict(all.map(minimum))}`);
    const twins = ['unknown', 'unknown, control'].map((name) => figures.get(name)?.[measure] ?? []);
    console.log(
      `    noise, unknown against its control: median ${ratio(twins.map(median))}, least ${ratio(twins.map(minimum))}`,
    );
    console.log(`    the single least of all samples: ${ratio(all.map((each) => Math.min(...each)))}`);
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
  return `${ratio(figures)} (${ratioOf(figures) <= WITHIN ? 'within 5 %' : 'NOT within 5 %'})`;
}
