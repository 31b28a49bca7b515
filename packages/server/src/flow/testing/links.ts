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

/** The outbox rows that are addressed to a user, in the order of creation. Rows that the sender drops are left out. */
export async function mails({ database }: World, accountId?: string): Promise<OutboxRow[]> {
  const rows = await database.read.selectFrom('outbox').selectAll().orderBy('created_at').execute();
  return rows.filter(({ account_id, data }) =>
    accountId === undefined ? account_id !== null || data.includes('"to"') : account_id === accountId,
  );
}

/** The URL in the newest email of a template. */
export async function urlIn(world: World, template: string): Promise<URL> {
  const row = (await mails(world)).filter((each) => each.template === template).at(-1);
  assert.ok(row, `an email with the template ${template}`);
  const { link } = JSON.parse(row.data) as { link: string };
  return new URL(openLink(world.keyring, row.id, link));
}

/** The token in the newest email of a template, as the page of the link reads it. */
export async function tokenIn(world: World, template: string): Promise<string> {
  const { hash } = await urlIn(world, template);
  const [, token] = /^#mfa-[a-z]+=([\w-]{43})$/.exec(hash) ?? [];
  assert.ok(token, hash);
  return token;
}

/** Mails a new link, even if one was mailed before, and returns its token. */
export async function linkFor(world: World, user: TestUser, purpose: LinkPurpose): Promise<string> {
  const { database, keyring, clock } = world;
  const organisation = await getOrganisation(database.read, user.organisation);
  assert.ok(organisation);
  const now = clock();
  const given = { purpose, accountId: user.id, organisation, baseUrl: BASE_URL, now, random: systemRandom };
  const { url } = await database.write(async (tx) => {
    const link = await makeLink(tx, given);
    await leaveLinkMail(tx, { ...given, link, keyring, sendAfter: now });
    return link;
  });
  clock.advance(1);
  return url.split('=').at(-1) ?? '';
}

/** Asserts the present step of an outcome and returns it. */
export function at<T extends StepType>({ flow: { step }, refusal }: Outcome, type: T): StepOf<T> {
  assert.equal(step.type, type, JSON.stringify(refusal));
  return step as StepOf<T>;
}
