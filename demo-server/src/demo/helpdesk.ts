import { type Actor, type Admin, letterStyles } from '@tweestap/server';
import { type RequestHandler, Router } from 'express';
import { demoOrganisations } from '../data/organisations.ts';
import type { BuiltPages } from '../server/built-pages.ts';
import { readPreferences, sendPage } from '../server/page.ts';
import { type Helper, helpdeskPage } from '../views/helpdesk.ts';
import { loopbackOnly } from './loopback.ts';

/** The users that the counsellor of the demo may help. The counsellor can't see any other user (M8). */
const counselled = { organisation: 'de-linde', usernames: ['anna', 'bram'] };

/** The page of the help desk, `/helpdesk`. The demo lets the evaluator choose any role, so it is for this machine only. */
export function helpdeskRoutes(admin: Pick<Admin, 'find'>, pages: BuiltPages): Router {
  const router = Router();
  const assets = pages.assets('helpdesk');
  const page: RequestHandler = async (req, res) =>
    sendPage(res, helpdeskPage(readPreferences(req, res), assets, await helpersOf(admin)));
  router.get('/helpdesk', loopbackOnly, page);
  router.get('/demo/letter.css', (_req, res) => void res.type('css').send(letterStyles));
  return router;
}

async function helpersOf(admin: Pick<Admin, 'find'>): Promise<Helper[]> {
  const helpDesks = demoOrganisations.map(({ id, name }): Helper => {
    const actor: Actor = { role: 'helpdesk', name: `desk-${id}`, organisation: id };
    return { actor, organisation: name };
  });
  return [
    ...helpDesks,
    { actor: await counsellor(admin), organisation: nameOf(counselled.organisation) },
    { actor: { role: 'administrator', name: 'ria' }, organisation: '' },
  ];
}

const nameOf = (id: string): string => demoOrganisations.find((organisation) => organisation.id === id)?.name ?? id;

async function counsellor(admin: Pick<Admin, 'find'>): Promise<Actor> {
  const { organisation, usernames } = counselled;
  const request = {
    actor: { role: 'administrator', name: 'demo' },
    reason: 'to find the users of the counsellor',
  } as const;
  const people: string[] = [];
  for (const account of usernames) people.push((await admin.find({ ...request, organisation, account })).id);
  return { role: 'counsellor', name: 'cor', organisation, people };
}
