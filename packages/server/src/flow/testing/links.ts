import assert from 'node:assert/strict';
import type { StepOf, StepType } from '@tweestap/protocol';
import { systemRandom } from '../../crypto/tokens.ts';
import { leaveLinkMail, openLink } from '../../links/leave-mail.ts';
import { type LinkPurpose, makeLink } from '../../links/make-link.ts';
import { getOrganisation } from '../../store/organisations.ts';
import type { OutboxRow } from '../../store/schema.ts';
import type { Outcome } from '../context.ts';
import type { TestUser, World } from './world.ts';

const BASE_URL = 'https://portal.example';

/** What waits to be mailed to somebody, in the order in which it was left; what nobody gets is not among it. */
export async function mails({ database }: World, accountId?: string): Promise<OutboxRow[]> {
  const rows = await database.read.selectFrom('outbox').selectAll().orderBy('created_at').execute();
  return rows.filter(({ account_id, data }) =>
    accountId === undefined ? account_id !== null || data.includes('"to"') : account_id === accountId,
  );
}

/** The link in the newest mail of a template. */
export async function urlIn(world: World, template: string): Promise<URL> {
  const row = (await mails(world)).filter((each) => each.template === template).at(-1);
  assert.ok(row, `a mail with the template ${template}`);
  const { link } = JSON.parse(row.data) as { link: string };
  return new URL(openLink(world.keyring, row.id, link));
}

/** Its token, as the page that it leads to gives it. */
export async function tokenIn(world: World, template: string): Promise<string> {
  const { hash } = await urlIn(world, template);
  const [, token] = /^#mfa-[a-z]+=([\w-]{43})$/.exec(hash) ?? [];
  assert.ok(token, hash);
  return token;
}

/** Mails a new link, whatever was mailed before, and gives its token. */
export async function linkFor(world: World, person: TestUser, purpose: LinkPurpose): Promise<string> {
  const { database, keyring, clock } = world;
  const organisation = await getOrganisation(database.read, person.organisation);
  assert.ok(organisation);
  const now = clock();
  const given = { purpose, accountId: person.id, organisation, baseUrl: BASE_URL, now, random: systemRandom };
  const { url } = await database.write(async (tx) => {
    const link = await makeLink(tx, given);
    await leaveLinkMail(tx, { ...given, link, keyring, sendAfter: now });
    return link;
  });
  clock.advance(1);
  return url.split('=').at(-1) ?? '';
}

/** The step that an outcome stands at, which must be this one. */
export function at<T extends StepType>({ flow: { step }, refusal }: Outcome, type: T): StepOf<T> {
  assert.equal(step.type, type, JSON.stringify(refusal));
  return step as StepOf<T>;
}
