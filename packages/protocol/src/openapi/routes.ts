import type { ProblemCode } from '../constants.ts';
import { problems } from '../constants.ts';
import type { SchemaName } from './schemas.ts';

export interface Route {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** Below the mount path; `{id}` is the only parameter that a path has. */
  path: string;
  operationId: string;
  summary: string;
  /** What the caller must hold. */
  holds?: 'flow' | 'session';
  body?: SchemaName;
  query?: { name: string; description: string };
  /** The good answer. */
  answer: {
    status: 200 | 201 | 204;
    description: string;
    schema?: SchemaName;
    cookies?: string;
    /** Whether it may tell the problem `throttled`, with `Retry-After`. */
    slowedDown?: true;
  };
  problems: readonly ProblemCode[];
}

const everywhere = ['malformed', 'throttled', 'internal', 'busy'] as const;
const changing = [...everywhere, 'cross-site', 'idempotency-conflict'] as const;
const withBody = [...changing, 'too-large', 'unsupported-media-type'] as const;
const ofFlow = ['no-such-flow', 'flow-expired'] as const;
const needsSession = ['no-session'] as const;
const needsStepUp = ['no-session', 'insufficient-user-authentication'] as const;

/** What a step may answer to an input: everything that travels under 422. */
const refusals = (Object.keys(problems) as ProblemCode[]).filter((code) => problems[code].status === 422);

const endCookies = 'Only at the end of a flow: the session, and the remembered device where one was asked for.';

/** The routes of the API, in the order of the guide. */
export const routes: readonly Route[] = [
  {
    method: 'post',
    path: '/flows',
    operationId: 'startFlow',
    summary: 'Begin a flow, with first inputs where they are known',
    body: 'StartBody',
    answer: {
      status: 201,
      description: 'The flow, its token, and the problem of a refused first input.',
      schema: 'StartAnswer',
      cookies: 'The cookie that binds the flow to this browser.',
      slowedDown: true,
    },
    problems: [...withBody, 'not-allowed', 'no-session', 'no-such-link', 'link-expired'],
  },
  {
    method: 'get',
    path: '/flows/{id}',
    operationId: 'getFlow',
    summary: 'Where a flow stands',
    holds: 'flow',
    answer: { status: 200, description: 'The flow.', schema: 'FlowAnswer' },
    problems: [...everywhere, ...ofFlow],
  },
  {
    method: 'post',
    path: '/flows/{id}',
    operationId: 'submitInputs',
    summary: 'Answer the present step, and those after it',
    holds: 'flow',
    body: 'SubmitBody',
    answer: { status: 200, description: 'All inputs stood.', schema: 'FlowAnswer', cookies: endCookies },
    problems: [...withBody, ...ofFlow, ...refusals, 'not-allowed', 'no-session', 'out-of-order', 'link-expired'],
  },
  {
    method: 'delete',
    path: '/flows/{id}',
    operationId: 'cancelFlow',
    summary: 'End a flow before its time',
    holds: 'flow',
    answer: { status: 204, description: 'The flow is gone.' },
    problems: [...changing, ...ofFlow],
  },
  {
    method: 'get',
    path: '/organisations',
    operationId: 'searchOrganisations',
    summary: 'Organisations by a part of their name',
    query: { name: 'q', description: 'A part of the name, as it was typed.' },
    answer: { status: 200, description: 'The best matches.', schema: 'OrganisationsAnswer' },
    problems: everywhere,
  },
  {
    method: 'get',
    path: '/session',
    operationId: 'getSession',
    summary: 'Who is logged in',
    holds: 'session',
    answer: { status: 200, description: 'The session.', schema: 'SessionAnswer' },
    problems: [...everywhere, ...needsSession],
  },
  {
    method: 'delete',
    path: '/session',
    operationId: 'signOut',
    summary: 'Sign out',
    holds: 'session',
    query: { name: 'forget', description: '`device`: this browser is forgotten as well (a shared computer).' },
    answer: { status: 204, description: 'The session is ended.', cookies: 'The session, emptied; the device too.' },
    problems: changing,
  },
  {
    method: 'get',
    path: '/account',
    operationId: 'getAccount',
    summary: 'What the settings page shows',
    holds: 'session',
    answer: { status: 200, description: 'The account.', schema: 'Account' },
    problems: [...everywhere, ...needsSession],
  },
  {
    method: 'patch',
    path: '/account',
    operationId: 'changeAccount',
    summary: 'How long a device is remembered',
    holds: 'session',
    body: 'AccountChange',
    answer: { status: 200, description: 'The account as it is now.', schema: 'Account' },
    problems: [...withBody, ...needsSession, 'not-allowed'],
  },
  {
    method: 'patch',
    path: '/account/factors/{id}',
    operationId: 'renameFactor',
    summary: 'Give an authenticator a name',
    holds: 'session',
    body: 'FactorChange',
    answer: { status: 200, description: 'The account as it is now.', schema: 'Account' },
    problems: [...withBody, ...needsSession, 'not-found', 'bad-name'],
  },
  {
    method: 'delete',
    path: '/account/factors/{id}',
    operationId: 'removeFactor',
    summary: 'Remove an authenticator, after a step-up',
    holds: 'session',
    answer: { status: 204, description: 'The authenticator no longer verifies.' },
    problems: [...changing, ...needsStepUp, 'not-allowed', 'not-found'],
  },
  {
    method: 'delete',
    path: '/account/devices/{id}',
    operationId: 'forgetDevice',
    summary: 'Forget one remembered device',
    holds: 'session',
    answer: { status: 204, description: 'The device is asked for a code again.' },
    problems: [...changing, ...needsSession, 'not-found'],
  },
  {
    method: 'delete',
    path: '/account/devices',
    operationId: 'forgetDevices',
    summary: 'Forget all remembered devices',
    holds: 'session',
    answer: { status: 204, description: 'Every device is asked for a code again.' },
    problems: [...changing, ...needsSession],
  },
  {
    method: 'delete',
    path: '/account/sessions',
    operationId: 'endOtherSessions',
    summary: 'Sign out everywhere else',
    holds: 'session',
    answer: { status: 204, description: 'Only this session is left.' },
    problems: [...changing, ...needsSession],
  },
  {
    method: 'get',
    path: '/account/events',
    operationId: 'listEvents',
    summary: 'What happened to the account lately',
    holds: 'session',
    answer: { status: 200, description: 'The last events, newest first.', schema: 'AccountEventsAnswer' },
    problems: [...everywhere, ...needsSession],
  },
  {
    method: 'post',
    path: '/account/events/{id}',
    operationId: 'reportEvent',
    summary: 'Say that it was not you: all other sessions, devices and flows of the account end',
    holds: 'session',
    body: 'EventReport',
    answer: { status: 204, description: 'Only this session is left; the next step is a new password.' },
    problems: [...withBody, ...needsSession, 'not-found'],
  },
  {
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    answer: { status: 200, description: 'OpenAPI 3.1.' },
    problems: ['malformed', 'internal', 'busy'],
  },
  {
    method: 'get',
    path: '/health/live',
    operationId: 'isLive',
    summary: 'Whether the process answers',
    answer: { status: 200, description: 'It does.', schema: 'HealthAnswer' },
    problems: ['malformed'],
  },
  {
    method: 'get',
    path: '/health/ready',
    operationId: 'isReady',
    summary: 'Whether the database answers and nothing is being stopped',
    answer: { status: 200, description: 'Send traffic.', schema: 'HealthAnswer' },
    problems: ['malformed', 'busy'],
  },
];
