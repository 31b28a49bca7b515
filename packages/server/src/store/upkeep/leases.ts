import { sql } from 'kysely';
import type { Tx } from '../database.ts';

export interface Lease {
  name: string;
  holder: string;
  until: number;
  now: number;
}

/** True when `holder` has the task until then: it was free, run out, or its own already. */
export async function takeLease(tx: Tx, { name, holder, until, now }: Lease): Promise<boolean> {
  const taken = await sql<{ name: string }>`
    insert into leases (name, holder, until) values (${name}, ${holder}, ${until})
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where leases.until <= ${now} or leases.holder = excluded.holder
    returning name`.execute(tx);
  return taken.rows.length > 0;
}

/** Lets others in before the lease runs out. */
export async function releaseLease(tx: Tx, { name, holder }: { name: string; holder: string }): Promise<void> {
  await tx.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
}
