import { type Actor, type Admin, AdminError } from '@tweestap/server';
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { type ListedAccount, listedAccounts } from '../data/accounts.ts';
import { loopbackOnly } from './loopback.ts';

/** The admin verbs that the demo offers over HTTP, each with its required text fields. */
const verbs = {
  find: ['organisation', 'account'],
  search: ['organisation', 'query'],
  letter: ['organisation'],
  issueCode: ['organisation', 'account'],
  resetPassword: ['organisation', 'account', 'by'],
  setPassword: ['organisation', 'account', 'password'],
  changeEmail: ['organisation', 'account', 'email'],
  updateUser: ['organisation', 'account'],
  exportUsers: ['organisation'],
  importUsers: ['csv'],
  invite: ['organisation', 'account'],
  pushLink: ['organisation', 'account'],
  unlock: ['organisation', 'account'],
  resetFactors: ['organisation', 'account'],
  endSessions: ['organisation', 'account'],
  disable: ['organisation', 'account'],
  enable: ['organisation', 'account'],
  addUser: ['organisation', 'username'],
} as const satisfies Partial<Record<keyof Admin, readonly string[]>>;
type Verb = keyof typeof verbs;

/** The actor of a request without an actor. */
const defaultActor: Actor = { role: 'administrator', name: 'demo' };

const isVerb = (name: string): name is Verb => Object.hasOwn(verbs, name);

/**
 * Routes that only a demo may have: they publish the accounts with their secrets, and let any local program act as the help
 * desk. For this machine only.
 */
export function demoRoutes(admin: Admin): Router {
  const router = Router();
  router.use('/demo', loopbackOnly, (_req, res, next) => {
    res.set('cache-control', 'no-store');
    next();
  });
  router.get('/demo/accounts.json', (_req, res) => void res.json({ accounts: listedAccounts.map(publicFields) }));
  router.post('/demo/admin/:verb', jsonOnly, express.json({ limit: '1mb' }), runVerb(admin), sendRefusal);
  return router;
}

/** The fields that the phone, the tests and other programs can read. */
const publicFields = ({
  organisation,
  organisationName,
  username,
  password,
  totpSecret,
  recoveryCodes,
  phoneNumber,
  passkey,
  phone,
  state,
}: ListedAccount) => ({
  organisation,
  organisationName,
  username,
  password,
  totpSecret,
  recoveryCodes,
  ...(phoneNumber ? { phoneNumber } : {}),
  ...(passkey ? { passkey } : {}),
  ...(phone ? { phone } : {}),
  state,
});

/** Requires JSON: a page of another site can send a plain form to this route, but no JSON. */
const jsonOnly: RequestHandler = (req, res, next) => {
  if (req.is('application/json')) next();
  else res.status(415).json({ code: 'unsupported-media-type', message: 'The body must be application/json.' });
};

const runVerb =
  (admin: Admin): RequestHandler =>
  async (req, res) => {
    const name = String(req.params.verb);
    const refuse = (status: number, code: string, message: string) => void res.status(status).json({ code, message });
    if (!isVerb(name)) return refuse(404, 'not-found', `The verb must be one of ${Object.keys(verbs).join(', ')}.`);
    const body: Record<string, unknown> = { actor: defaultActor, reason: 'request of the demo', ...req.body };
    const missing = verbs[name].filter((field) => typeof body[field] !== 'string');
    if (missing.length > 0) return refuse(400, 'malformed', `Required text fields are missing: ${missing.join(', ')}.`);
    if (name === 'letter' && !isTextList(body.accounts))
      return refuse(400, 'malformed', 'The field accounts must be a list of texts.');
    const verb = admin[name] as (request: object) => Promise<unknown>;
    res.json(await verb(body));
  };

const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** R64: an account of another organisation gets the same response as an account that does not exist. */
const statuses: Partial<Record<AdminError['code'], number>> = {
  'not-allowed': 403,
  'unknown-organisation': 404,
  'unknown-account': 404,
};

const sendRefusal: ErrorRequestHandler = (error, _req, res, next) => {
  if (!(error instanceof AdminError)) return next(error);
  const { code, message, faults } = error;
  res.status(statuses[code] ?? 422).json({ code, message, faults });
};
