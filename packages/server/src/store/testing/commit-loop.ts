import { insertFactor } from '../factors/factors.ts';
import { spendTotpStep } from '../factors/time-steps.ts';
import { openDatabase } from '../open/open-database.ts';

/*
 * For the kill -9 test: spends TOTP time steps one after another, for eight factors in parallel, until the process is
 * killed. After the commit of each time step is acknowledged, it is printed to stdout. The loop begins after the last
 * time step of any factor. Argument: the path of the database.
 */

const [address = ''] = process.argv.slice(2);
const database = await openDatabase(address, { clock: Date.now });
const LANES = 8;

async function lane(number: number, first: number): Promise<never> {
  const factorId = `factor-${number}`;
  for (let step = first; ; step += 1) {
    const isSpent = await database.write((tx) => spendTotpStep(tx, { factorId, step, now: step }));
    process.stdout.write(`${isSpent ? 'spent' : 'refused'} ${factorId} ${step}\n`);
  }
}

const first = await database.write(async (tx) => {
  const known = await tx.selectFrom('factors').select('id').execute();
  for (let number = known.length; number < LANES; number++) {
    await insertFactor(tx, {
      id: `factor-${number}`,
      account_id: 'account',
      organisation_id: 'clinic',
      method: 'totp',
      name: 'Phone',
      secret: 'v1.first.nonce.secret',
      state: 'active',
      last_step: -1,
      created_at: 0,
      last_used_at: null,
      ended_at: null,
    });
  }
  const { last } = await tx
    .selectFrom('factors')
    .select((eb) => eb.fn.max('last_step').as('last'))
    .executeTakeFirstOrThrow();
  return last + 1;
});
await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number, first)));
