import { Kysely, type KyselyPlugin } from 'kysely';
import type { Database } from '../database.ts';
import { postgresDialect } from '../postgres/open-postgres.ts';
import type { Schema } from '../schema.ts';
import { sqliteDialect } from '../sqlite/dialect.ts';
import type { Fixture } from './databases.ts';

/** Prepared queries are logged only if the handle has a plugin. */
const noOpPlugin: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: async ({ result }) => result,
};

/**
 * Opens a second instance on the data of a fixture, which records the SQL of each statement, without its parameters.
 */
export function recordedDatabase({ database, address }: Pick<Fixture, 'database' | 'address'>): {
  database: Database;
  statements: string[];
} {
  const statements: string[] = [];
  const on = (role: 'reader' | 'writer'): Kysely<Schema> =>
    new Kysely<Schema>({
      dialect:
        database.dialect === 'sqlite'
          ? sqliteDialect(address, role)
          : postgresDialect(address, { schema: database.schema }),
      log: ({ query }) => void statements.push(query.sql),
      plugins: [noOpPlugin],
    });
  const [read, writer] = [on('reader'), on('writer')];
  return {
    statements,
    database: {
      dialect: database.dialect,
      read,
      probe: database.probe,
      write: (work) => writer.transaction().execute(work),
      ping: () => database.ping(),
      async close() {
        await read.destroy();
        await writer.destroy();
      },
    },
  };
}
