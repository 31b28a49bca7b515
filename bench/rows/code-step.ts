import { type BenchAccount, codeOf, makeAccounts } from '../lib/accounts.ts';
import { drive } from '../lib/drive.ts';
import { closeConnections } from '../lib/http.ts';
import type { Ticket } from '../lib/peer.ts';
import { findPeer } from '../lib/peers.ts';
import { type CpuFigures, printCpu, printRow, recordCpu } from '../lib/print.ts';
import { type Candidate, interleave } from '../lib/rounds.ts';
import { type Running, start } from '../lib/running.ts';
import { tolerate } from './logins.ts';

export const LOGINS_PER_ROUND = 500;
const CONCURRENCY = 16;
const PEER_NAMES = [
  'Tweestap',
  'better-auth + two-factor',
  'Express + passport + passport-totp',
  'hand-made Express (bound)',
  'bare Express JSON route (bound)',
];

/**
 * Row 4: the code step alone, in requests per second. The password steps before it are not measured. Their hashes have a low
 * cost, so that the preparation takes seconds and not minutes.
 */
export async function codeStepRow(rounds: number): Promise<void> {
  const accounts = await makeAccounts(LOGINS_PER_ROUND * (rounds + 1), 'light');
  const servers: Running[] = [];
  const cpu: CpuFigures = new Map();
  try {
    for (const name of PEER_NAMES) servers.push(await start(findPeer(name), accounts, 'light'));
    const candidates = servers.map((server) => codeSteps(server, accounts, cpu));
    const results = await interleave(candidates, rounds, 'better-auth + two-factor');
    printRow('4  The code step alone', 'requests/s', results, 'Tweestap', [
      { theirs: 'better-auth + two-factor', atLeast: 8 },
      { theirs: 'bare Express JSON route (bound)', atLeast: 0.4 },
    ]);
    printCpu('CPU of the server per code step', cpu, 'Tweestap');
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** Measures the code steps of one round. The passwords before them are sent in its preparation. */
export function codeSteps(server: Running, accounts: readonly BenchAccount[], cpu: CpuFigures): Candidate {
  const { peer, port } = server;
  let next = 0;
  return {
    name: peer.name,
    async run() {
      // A server closes a connection that was idle for five seconds, possibly at the moment of the next request.
      closeConnections();
      const batch = accounts.slice(next, next + LOGINS_PER_ROUND);
      next += LOGINS_PER_ROUND;
      const prepared: { account: BenchAccount; ticket: Ticket }[] = [];
      await drive(batch, CONCURRENCY, async (account) => {
        prepared.push({ account, ticket: await peer.password(port, account) });
      });
      const before = await server.cpu();
      const seconds = await drive(prepared, CONCURRENCY, ({ account, ticket }) =>
        peer.code(port, ticket, codeOf(account)).catch(tolerate(peer.name)),
      );
      recordCpu(cpu, peer.name, ((await server.cpu()) - before) / LOGINS_PER_ROUND);
      return LOGINS_PER_ROUND / seconds;
    },
  };
}
