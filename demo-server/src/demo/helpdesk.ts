import { type Actor, type Admin, letterStyles } from '@tweestap/server';
import { type RequestHandler, Router } from 'express';
import type { BuiltPages } from '../assets.ts';
import { sendPage } from '../send-page.ts';
import { tasteFrom } from '../taste.ts';
import { type Helper, helpdeskPage } from '../views/helpdesk.ts';
import { loopbackOnly } from './loopback.ts';
import { demoOrganisations } from './organisations.ts';

/** Whose counsellor the demo has: of two people of the clinic, and of nobody else (M8). */
const counselled = { organisation: 'de-linde', usernames: ['anna', 'bram'] };

/** The page that a help desk works with: `/helpdesk`. In the demo everybody may be everybody; for this machine alone. */
export function helpdeskRoutes(admin: Pick<Admin, 'find'>, pages: BuiltPages): Router {
  const router = Router();
  const assets = pages.assets('helpdesk');
  const page: RequestHandler = async (req, res) =>
    sendPage(res, helpdeskPage(tasteFrom(req, res), assets, await helpersOf(admin)));
  router.get('/helpdesk', loopbackOnly, page);
  router.get('/demo/letter.css', (_req, res) => void res.type('css').send(letterStyles));
  return router;
}

async function helpersOf(admin: Pick<Admin, 'find'>): Promise<Helper[]> {
  const desks = demoOrganisations.map(({ id, name }): Helper => {
    const actor: Actor = { role: 'helpdesk', name: `desk-${id}`, organisation: id };
    return { actor, organisation: name };
  });
  return [
    ...desks,
    { actor: await counsellor(admin), organisation: nameOf(counselled.organisation) },
    { actor: { role: 'administrator', name: 'ria' }, organisation: '' },
  ];
}

const nameOf = (id: string): string => demoOrganisations.find((each) => each.id === id)?.name ?? id;

async function counsellor(admin: Pick<Admin, 'find'>): Promise<Actor> {
  const { organisation, usernames } = counselled;
  const who = { actor: { role: 'administrator', name: 'demo' }, reason: 'whose counsellor this is' } as const;
  const people: string[] = [];
  for (const account of usernames) people.push((await admin.find({ ...who, organisation, account })).id);
  return { role: 'counsellor', name: 'cor', organisation, people };
}
