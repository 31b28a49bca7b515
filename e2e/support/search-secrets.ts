import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test';
import { leaks, type Place } from './secret-search.ts';
import type { Secret } from './secrets.ts';

/**
 * Searches the database, the log, the emails and the problems after the run for every secret that the tests used (R25, R59).
 * @throws Error with a line for each leak
 */
export default async function searchSecrets({ projects }: FullConfig): Promise<void> {
  const folder = process.env.TWEESTAP_E2E_FOLDER ?? '';
  const secrets = linesOf(join(folder, 'secrets')).map((line) => JSON.parse(line) as Secret);
  if (secrets.length === 0) throw new Error('No secrets were collected, so the search would prove nothing.');
  const outbox = await fetch(`${projects[0]?.use.baseURL}/demo/outbox.json`);
  const { messages } = (await outbox.json()) as { messages: { channel: string }[] };
  const sentBy = (own: string) => JSON.stringify(messages.filter(({ channel }) => channel === own));
  const places: Place[] = [
    { name: 'database', content: contentOf(join(folder, 'demo.sqlite')) + contentOf(join(folder, 'demo.sqlite-wal')) },
    { name: 'log', content: contentOf(join(folder, 'server.log')) },
    { name: 'mail', content: sentBy('mail') },
    { name: 'texts', content: sentBy('sms') },
    { name: 'problems', content: linesOf(join(folder, 'problems')).join('\n') },
  ];
  const found = leaks(secrets, places);
  if (found.length > 0) throw new Error(`The run leaked secrets:\n${found.join('\n')}`);
  const sizes = places.map(({ name, content }) => `${name} (${content.length} bytes)`).join(', ');
  console.log(`  None of the ${secrets.length} secrets of the run is in ${sizes}`);
}

const contentOf = (file: string): string => (existsSync(file) ? readFileSync(file).toString('latin1') : '');

const linesOf = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
    : [];
