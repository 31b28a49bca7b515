import assert from 'node:assert/strict';
import { parseOrganisation } from '../organisations/schema.ts';
import { searchOrganisations, upsertOrganisation } from './organisations.ts';
import { withEachDatabase } from './testing/databases.ts';

withEachDatabase('a search for organisations uses the first ten words and ignores the rest', async ({ database }) => {
  const name = 'Een twee drie vier vijf zes zeven acht negen tien';
  await database.write((tx) => upsertOrganisation(tx, parseOrganisation({ id: 'long', name }), 0));
  const found = async (query: string) =>
    (await searchOrganisations(database.read, query, { limit: 20 })).map(({ id }) => id);
  assert.deepEqual(await found(name), ['long']);
  assert.deepEqual(await found(`${name} elf`), ['long']);
  assert.deepEqual(await found('een twaalf'), []);
  // Threat: a single character that expands to four words (U+FDFA) turns a short query into a long one.
  assert.deepEqual(await found('\ufdfa'.repeat(200)), []);
});
