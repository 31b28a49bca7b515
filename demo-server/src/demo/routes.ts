import { type Actor, type Admin, AdminError } from '@tweestap/server';
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { Listed } from '../views/evaluator.ts';
import { listedAccounts } from './listed.ts';
import { loopbackOnly } from './loopback.ts';

/** The verbs that stand open, and what each must be told. */
const verbs = {
  find: ['organisation', 'account'],
  search: ['organisation', 'query'],
  letter: ['organisation'],
  issueCode: ['organisation', 'account'],
  resetPassword: ['organisation', 'account', 'by'],
  setPassword: ['organisation', 'account', 'password'],
  changeEmail: ['organisation', 'account', 'email'],
  exportPeople: ['organisation'],
  importPeople: ['csv'],
  invite: ['organisation', 'account'],
  unlock: ['organisation', 'account'],
  resetFactors: ['organisation', 'account'],
  endSessions: ['organisation', 'account'],
  disable: ['organisation', 'account'],
  enable: ['organisation', 'account'],
  addPerson: ['organisation', 'username'],
} as const satisfies Partial<Record<keyof Admin, readonly string[]>>;
type Verb = keyof typeof verbs;

/** Programs and tests that say nothing about who asks. */
const programs: Actor = { role: 'administrator', name: 'demo' };

const isVerb = (name: string): name is Verb => Object.hasOwn(verbs, name);

/** The open doors of the demo: what would be a secret elsewhere, and what a help desk does. For this machine alone. */
export function demoRoutes(admin: Admin): Router {
  const router = Router();
  router.use('/demo', loopbackOnly, (_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  });
  router.get('/demo/accounts.json', (_req, res) => void res.json({ accounts: listedAccounts.map(asPublished) }));
  router.post('/demo/admin/:verb', jsonOnly, express.json({ limit: '1mb' }), verb(admin), refused);
  return router;
}

/** What the phone, the tests and other programs may read of them. */
const asPublished = ({
  organisation,
  organisationName,
  username,
  password,
  totpSecret,
  recoveryCodes,
  state,
}: Listed) => ({
  organisation,
  organisationName,
  username,
  password,
  totpSecret,
  recoveryCodes,
  state,
});

/** Other sites can send plain forms here, but no JSON. */
const jsonOnly: RequestHandler = (req, res, next) => {
  if (req.is('application/json')) next();
  else res.status(415).json({ code: 'unsupported-media-type', message: 'The body must be application/json.' });
};

const verb =
  (admin: Admin): RequestHandler =>
  async (req, res) => {
    const name = String(req.params.verb);
    const refuse = (status: number, code: string, message: string) => void res.status(status).json({ code, message });
    if (!isVerb(name)) return refuse(404, 'not-found', `The verbs are ${Object.keys(verbs).join(', ')}.`);
    const body: Record<string, unknown> = { actor: programs, reason: 'asked in the demo', ...req.body };
    const lacking = verbs[name].filter((field) => typeof body[field] !== 'string');
    if (lacking.length > 0) return refuse(400, 'malformed', `The body lacks ${lacking.join(' and ')}, as text.`);
    if (name === 'letter' && !isTexts(body.accounts))
      return refuse(400, 'malformed', 'The body lacks accounts, a list.');
    const work = admin[name] as (request: object) => Promise<unknown>;
    res.json(await work(body));
  };

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === 'string');

/** R64: what is not there, and what is somebody else's, is one answer. */
const statuses: Partial<Record<AdminError['code'], number>> = {
  'not-allowed': 403,
  'unknown-organisation': 404,
  'unknown-account': 404,
};

const refused: ErrorRequestHandler = (error, _req, res, next) => {
  if (!(error instanceof AdminError)) return next(error);
  const { code, message, faults } = error;
  res.status(statuses[code] ?? 422).json({ code, message, faults });
};
