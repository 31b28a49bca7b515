import { DatabaseSync } from 'node:sqlite';
import { hash, verify } from '@node-rs/bcrypt';
import pg from 'pg';
import type { Fixture } from '../../store/testing/databases.ts';
import type { Directory, DirectoryUser } from '../directory.ts';

/** A row of the portal's table. */
export interface PortalRow {
  nr: number;
  login: string;
  mail: string | null;
  full_name: string | null;
  pass_hash: string;
  pass_set: number;
  blocked: number;
}

/** The user table of a portal that existed before Tweestap: names of its own, and bcrypt. */
export interface PortalTable {
  /** The directory over the table: a user logs in with the login or the address, in any case. */
  directory: Directory & Required<Pick<Directory, 'setPassword' | 'findByEmail'>>;
  /** Adds a user. */
  add(row: { nr: number; login: string; password: string; mail?: string; name?: string }): Promise<void>;
  /** Changes columns of a user. */
  change(nr: number, columns: Partial<PortalRow>): Promise<void>;
  /** All rows. */
  rows(): Promise<PortalRow[]>;
  /** How often each function of the directory was called. */
  calls: Record<'find' | 'verifyPassword' | 'setPassword', number>;
  close(): Promise<void>;
}

type Query = (sql: string, ...values: (string | number | null)[]) => Promise<PortalRow[]>;

/** A low cost, because the tests measure no time. */
const COST = { cost: 4 };

/** Opens the database of the portal: for PostgreSQL the same database, in another schema. */
async function openPortal({ address }: Fixture): Promise<{ query: Query; close(): Promise<void> }> {
  if (address.startsWith('postgres')) {
    const client = new pg.Pool({ connectionString: address, max: 4 });
    client.on('error', () => undefined);
    const query: Query = async (sql, ...values) => {
      let number = 0;
      const numbered = sql.replace(/\?/g, () => {
        number += 1;
        return `$${number}`;
      });
      return (await client.query<PortalRow>(numbered, values)).rows;
    };
    const close = async (): Promise<void> => {
      await client.query('drop table public.users');
      await client.end();
    };
    return { query, close };
  }
  const database = new DatabaseSync(':memory:');
  database.exec("attach ':memory:' as public");
  const query: Query = async (sql, ...values) =>
    database
      .prepare(sql)
      .all(...values)
      .map((row) => ({ ...row }) as unknown as PortalRow);
  return { query, close: async () => database.close() };
}

/** Creates the table of a portal. `clock` gives the times of password changes. */
export async function portalTable(fixture: Fixture): Promise<PortalTable> {
  const { query, close } = await openPortal(fixture);
  await query(`create table public.users (nr integer primary key, login text not null, mail text, full_name text,
    pass_hash text not null, pass_set double precision not null, blocked integer not null)`);
  const calls = { find: 0, verifyPassword: 0, setPassword: 0 };
  const userOf = ([row]: PortalRow[]): DirectoryUser | undefined =>
    row && {
      id: String(row.nr),
      username: row.login,
      name: row.full_name,
      email: row.mail,
      active: row.blocked === 0,
      passwordChangedAt: new Date(row.pass_set),
    };
  return {
    calls,
    directory: {
      async find({ username }) {
        calls.find += 1;
        const name = username.trim().toLowerCase();
        return userOf(await query('select * from public.users where lower(login) = ? or lower(mail) = ?', name, name));
      },
      async findByEmail({ email }) {
        return userOf(await query('select * from public.users where lower(mail) = ?', email.toLowerCase()));
      },
      async verifyPassword({ id }, password) {
        calls.verifyPassword += 1;
        const [row] = await query('select * from public.users where nr = ?', Number(id));
        return row !== undefined && (await verify(password, row.pass_hash));
      },
      async setPassword({ id }, password) {
        calls.setPassword += 1;
        const made = await hash(password, COST);
        await query(
          'update public.users set pass_hash = ?, pass_set = ? where nr = ?',
          made,
          fixture.clock(),
          Number(id),
        );
      },
    },
    async add({ nr, login, password, mail = null, name = null }) {
      const made = await hash(password, COST);
      await query(
        'insert into public.users values (?, ?, ?, ?, ?, ?, 0)',
        nr,
        login,
        mail,
        name,
        made,
        fixture.clock(),
      );
    },
    async change(nr, columns) {
      for (const [column, value] of Object.entries(columns)) {
        await query(`update public.users set ${column} = ? where nr = ?`, value, nr);
      }
    },
    rows: () => query('select * from public.users order by nr'),
    close,
  };
}
