import { availableParallelism } from 'node:os';
import { verify } from '@node-rs/argon2';
import { type BenchAccount, codeOf, makeAccounts } from '../lib/accounts.ts';
import { drive } from '../lib/drive.ts';
import { closeConnections } from '../lib/http.ts';
import type { Peer, Ticket } from '../lib/peer.ts';
import { findPeer } from '../lib/peers.ts';
import { type CpuFigures, printCpu, printRatio, printRow, recordCpu } from '../lib/print.ts';
import { type Candidate, interleave } from '../lib/rounds.ts';
import { type Running, start } from '../lib/running.ts';

const LOGINS_PER_ROUND = 150;
const CONCURRENCY = 8;
const PEER_NAMES = [
  'Tweestap',
  'Tweestap, text message',
  'Tweestap, passkey',
  'Tweestap, passkey alone',
  'Tweestap, approval on a phone',
  'better-auth + two-factor',
  'better-auth + two-factor, sent code',
  'Express + passport + passport-totp',
  'hand-made Express (bound)',
];

/** Row 3: logins with password and second step per second, with argon2id m=19456 t=2 p=1 and durable SQLite for all peers. */
export async function loginRow(rounds: number): Promise<void> {
  const accounts = await makeAccounts(LOGINS_PER_ROUND * (rounds + 1), 'full');
  const servers: Running[] = [];
  const cpu: CpuFigures = new Map();
  try {
    for (const name of PEER_NAMES) servers.push(await start(findPeer(name), accounts, 'full'));
    const candidates = [...servers.map((server) => logins(server, accounts, cpu)), bareHashing(accounts, cpu)];
    const results = await interleave(candidates, rounds, 'better-auth + two-factor');
    printRow('3  Logins (password and second step)', 'logins/s', results, 'Tweestap', [
      { theirs: 'better-auth + two-factor', atLeast: 1.9 },
      { theirs: 'bare hashing', atLeast: 0.9 },
    ]);
    printRatio(results, 'Tweestap, text message', 'better-auth + two-factor, sent code');
    printCpu('CPU of the server per login', cpu, 'Tweestap');
  } finally {
    for (const server of servers) await server.stop();
  }
}

function logins(server: Running, accounts: readonly BenchAccount[], cpu: CpuFigures): Candidate {
  const { peer, port } = server;
  let next = 0;
  return {
    name: peer.name,
    async run() {
      // A server closes a connection that was idle for five seconds, possibly at the moment of the next request.
      closeConnections();
      const batch = accounts.slice(next, next + LOGINS_PER_ROUND);
      next += LOGINS_PER_ROUND;
      const before = await server.cpu();
      const seconds = await drive(batch, CONCURRENCY, async (account) => {
        const ticket = await peer.password(port, account);
        const answer = await answerOf(peer, port, account, ticket);
        await peer.code(port, ticket, answer).catch(tolerate(peer.name));
      });
      recordCpu(cpu, peer.name, ((await server.cpu()) - before) / LOGINS_PER_ROUND);
      return LOGINS_PER_ROUND / seconds;
    },
  };
}

/** What the user enters or signs for the second step. */
const answerOf = async (peer: Peer, port: number, account: BenchAccount, ticket: Ticket): Promise<string> =>
  peer.answer ? await peer.answer(port, account, ticket) : codeOf(account);

/** Ignores refusals of passport-totp: its library notp refuses some correct codes with leading zeros, in the same time. */
export function tolerate(name: string): (error: unknown) => void {
  return (error) => {
    if (!name.includes('passport')) throw error;
  };
}

/** The upper bound: the same hash without a server, with the same concurrency as Tweestap's hash queue. */
function bareHashing(accounts: readonly BenchAccount[], cpu: CpuFigures): Candidate {
  const name = 'bare hashing';
  return {
    name,
    async run() {
      const before = process.cpuUsage();
      const seconds = await drive(
        accounts.slice(0, LOGINS_PER_ROUND),
        availableParallelism() + 1,
        async ({ hash, password }) => {
          if (!(await verify(hash, password))) throw new Error('The hash does not match the password.');
        },
      );
      const { user, system } = process.cpuUsage(before);
      recordCpu(cpu, name, (user + system) / 1e6 / LOGINS_PER_ROUND);
      return LOGINS_PER_ROUND / seconds;
    },
  };
}
