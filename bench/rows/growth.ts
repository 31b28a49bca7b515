import { makeAccounts } from '../lib/accounts.ts';
import { expectStatus, post } from '../lib/http.ts';
import { type CpuFigures, printCpu, printRow } from '../lib/print.ts';
import { interleave, median } from '../lib/rounds.ts';
import { type Running, start } from '../lib/running.ts';
import { SEARCH_PATH, tweestapMillion, tweestapSmall } from '../peers/tweestap-growth.ts';
import { codeSteps, LOGINS_PER_ROUND } from './code-step.ts';

const SEARCHES = 200;
/** What the help desk enters, by its kind. With a million accounts, the first two match hundreds or thousands of them. */
const queries = { 'a few letters': 'user-1', 'a whole username': 'user-7@bench.example', 'no match': 'unknown' };

/** Row 8: the code step and the search of the help desk, with a few thousand accounts and with a million, on SQLite. */
export async function growthRow(rounds: number): Promise<void> {
  const accounts = await makeAccounts(LOGINS_PER_ROUND * (rounds + 1), 'light');
  const servers: Running[] = [];
  const cpu: CpuFigures = new Map();
  try {
    for (const peer of [tweestapMillion, tweestapSmall]) servers.push(await start(peer, accounts, 'light'));
    const candidates = servers.map((server) => codeSteps(server, accounts, cpu));
    const results = await interleave(candidates, rounds, tweestapSmall.name);
    printRow('8  The code step with a million accounts', 'requests/s', results, tweestapMillion.name, [
      { theirs: tweestapSmall.name, atLeast: 0.9 },
    ]);
    printCpu('CPU of the server per code step', cpu, tweestapMillion.name);
    console.log(`  Search of the help desk, median and maximum of ${SEARCHES}`);
    for (const { peer, port } of servers) {
      for (const [kind, query] of Object.entries(queries)) {
        console.log(`    ${peer.name.padEnd(42)} ${kind.padEnd(16)} ${await searchTimes(port, query)}`);
      }
    }
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** Returns the median and the maximum time of one search over HTTP, as text. */
async function searchTimes(port: number, q: string): Promise<string> {
  const times: number[] = [];
  for (let search = 0; search < SEARCHES; search += 1) {
    const from = performance.now();
    expectStatus(await post(port, SEARCH_PATH, { q }), 200);
    times.push(performance.now() - from);
  }
  return `${median(times).toFixed(2)} ms, ${Math.max(...times).toFixed(2)} ms`;
}
