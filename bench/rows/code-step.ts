import { type BenchAccount, codeOf, makeAccounts } from '../lib/accounts.ts';
import { drive } from '../lib/drive.ts';
import { closeConnections } from '../lib/http.ts';
import type { Ticket } from '../lib/peer.ts';
import { findPeer } from '../lib/peers.ts';
import { type CpuFigures, printCpu, printRatio, printRow, recordCpu } from '../lib/print.ts';
import { type Candidate, interleave } from '../lib/rounds.ts';
import { type Running, start } from '../lib/running.ts';
import { tolerate } from './logins.ts';

export const LOGINS_PER_ROUND = 500;
const CONCURRENCY = 16;
const PEER_NAMES = [
  'Tweestap',
  'Tweestap, text message',
  'Tweestap, passkey',
  'Tweestap, approval on a phone',
  'better-auth + two-factor',
  'better-auth + two-factor, sent code',
  'Express + passport + passport-totp',
  'hand-made Express (bound)',
  'bare Express JSON route (bound)',
];

/**
 * Row 4: the second step alone, per second. The password steps before it are not measured, nor what the user does. Their hashes have a low
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
    printRatio(results, 'Tweestap, text message', 'better-auth + two-factor, sent code');
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
      const prepared: { ticket: Ticket; answer?: string; account: BenchAccount }[] = [];
      await drive(batch, CONCURRENCY, async (account) => {
        const ticket = await peer.password(port, account);
        prepared.push({
          account,
          ticket,
          ...(peer.answer ? { answer: await peer.answer(port, account, ticket) } : {}),
        });
      });
      const before = await server.cpu();
      // The code of an app is computed when it is sent, since it may expire during the preparation.
      const seconds = await drive(prepared, CONCURRENCY, ({ account, ticket, answer = codeOf(account) }) =>
        peer.code(port, ticket, answer).catch(tolerate(peer.name)),
      );
      recordCpu(cpu, peer.name, ((await server.cpu()) - before) / LOGINS_PER_ROUND);
      return LOGINS_PER_ROUND / seconds;
    },
  };
}
