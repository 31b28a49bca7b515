import { availableParallelism } from 'node:os';
import { verify } from '@node-rs/argon2';
import { type BenchAccount, codeOf, makeAccounts } from '../lib/accounts.ts';
import { drive } from '../lib/drive.ts';
import { findPeer } from '../lib/peers.ts';
import { type CpuFigures, printCpu, printRow, recordCpu } from '../lib/print.ts';
import { type Contender, interleave } from '../lib/rounds.ts';
import { type Running, start } from '../lib/running.ts';

const PER_ROUND = 150;
const AT_A_TIME = 8;
const NAMES = [
  'Tweestap',
  'better-auth + two-factor',
  'Express + passport + passport-totp',
  'hand-made Express (bound)',
];

/** Row 3: whole logins (password and code) a second, argon2id m=19456 t=2 p=1 for all, durable SQLite for all. */
export async function loginRow(rounds: number): Promise<void> {
  const accounts = await makeAccounts(PER_ROUND * (rounds + 1), 'full');
  const servers: Running[] = [];
  const cpu: CpuFigures = new Map();
  try {
    for (const name of NAMES) servers.push(await start(findPeer(name), accounts, 'full'));
    const contenders = [...servers.map((server) => logins(server, accounts, cpu)), bareHashing(accounts, cpu)];
    const standings = await interleave(contenders, rounds, 'better-auth + two-factor');
    printRow('3  Logins (password + code)', 'logins/s', standings, 'Tweestap', [
      { theirs: 'better-auth + two-factor', atLeast: 1.9 },
      { theirs: 'bare hashing', atLeast: 0.9 },
    ]);
    printCpu('CPU of the server per login', cpu, 'Tweestap');
  } finally {
    for (const server of servers) await server.stop();
  }
}

function logins(server: Running, accounts: readonly BenchAccount[], cpu: CpuFigures): Contender {
  const { peer, port } = server;
  let next = 0;
  return {
    name: peer.name,
    async run() {
      const batch = accounts.slice(next, next + PER_ROUND);
      next += PER_ROUND;
      const before = await server.cpu();
      const seconds = await drive(batch, AT_A_TIME, async (account) => {
        const ticket = await peer.password(port, account);
        await peer.code(port, ticket, codeOf(account)).catch(tolerate(peer.name));
      });
      recordCpu(cpu, peer.name, ((await server.cpu()) - before) / PER_ROUND);
      return PER_ROUND / seconds;
    },
  };
}

/** notp, under passport-totp, is wrong for some codes with leading zeros: a refusal takes it as long. */
export function tolerate(name: string): (error: unknown) => void {
  return (error) => {
    if (!name.includes('passport')) throw error;
  };
}

/** The bound of all: the same hash, as many at a time as Tweestap has in its queue, and no server. */
function bareHashing(accounts: readonly BenchAccount[], cpu: CpuFigures): Contender {
  const name = 'bare hashing';
  return {
    name,
    async run() {
      const before = process.cpuUsage();
      const seconds = await drive(
        accounts.slice(0, PER_ROUND),
        availableParallelism() + 1,
        async ({ hash, password }) => {
          if (!(await verify(hash, password))) throw new Error('the hash is wrong');
        },
      );
      const { user, system } = process.cpuUsage(before);
      recordCpu(cpu, name, (user + system) / 1e6 / PER_ROUND);
      return PER_ROUND / seconds;
    },
  };
}
