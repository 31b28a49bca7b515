import { type BenchAccount, codeOf, makeAccounts } from '../lib/accounts.ts';
import { drive } from '../lib/drive.ts';
import type { Ticket } from '../lib/peer.ts';
import { findPeer } from '../lib/peers.ts';
import { type CpuFigures, printCpu, printRow, recordCpu } from '../lib/print.ts';
import { type Contender, interleave } from '../lib/rounds.ts';
import { type Running, start } from '../lib/running.ts';
import { tolerate } from './logins.ts';

const PER_ROUND = 500;
const AT_A_TIME = 16;
const NAMES = [
  'Tweestap',
  'better-auth + two-factor',
  'Express + passport + passport-totp',
  'hand-made Express (bound)',
  'bare Express JSON route (bound)',
];

/**
 * Row 4: the code step alone, requests a second. The passwords before it are not measured, and hashed lightly, so that
 * preparing takes seconds, not minutes.
 */
export async function codeStepRow(rounds: number): Promise<void> {
  const accounts = await makeAccounts(PER_ROUND * (rounds + 1), 'light');
  const servers: Running[] = [];
  const cpu: CpuFigures = new Map();
  try {
    for (const name of NAMES) servers.push(await start(findPeer(name), accounts, 'light'));
    const contenders = servers.map((server) => codeSteps(server, accounts, cpu));
    const standings = await interleave(contenders, rounds, 'better-auth + two-factor');
    printRow('4  The code step alone', 'requests/s', standings, 'Tweestap', [
      { theirs: 'better-auth + two-factor', atLeast: 8 },
      { theirs: 'bare Express JSON route (bound)', atLeast: 0.4 },
    ]);
    printCpu('CPU of the server per code step', cpu, 'Tweestap');
  } finally {
    for (const server of servers) await server.stop();
  }
}

function codeSteps(server: Running, accounts: readonly BenchAccount[], cpu: CpuFigures): Contender {
  const { peer, port } = server;
  let next = 0;
  return {
    name: peer.name,
    async run() {
      const batch = accounts.slice(next, next + PER_ROUND);
      next += PER_ROUND;
      const prepared: { account: BenchAccount; ticket: Ticket }[] = [];
      await drive(batch, AT_A_TIME, async (account) => {
        prepared.push({ account, ticket: await peer.password(port, account) });
      });
      const before = await server.cpu();
      const seconds = await drive(prepared, AT_A_TIME, ({ account, ticket }) =>
        peer.code(port, ticket, codeOf(account)).catch(tolerate(peer.name)),
      );
      recordCpu(cpu, peer.name, ((await server.cpu()) - before) / PER_ROUND);
      return PER_ROUND / seconds;
    },
  };
}
