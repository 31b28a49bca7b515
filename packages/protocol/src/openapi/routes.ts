import type { ProblemCode } from '../values/constants.ts';
import { problems } from '../values/constants.ts';
import type { SchemaName } from './schemas.ts';

/** One operation of the API. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** The path below the mount path, with `{id}` as the only possible parameter. */
  path: string;
  operationId: string;
  summary: string;
  /** The credential that the request must carry. Default: none. */
  credential?: 'flow' | 'session' | 'phone';
  body?: SchemaName;
  query?: { name: string; description: string };
  /** The successful response. */
  success: {
    status: 200 | 201 | 204;
    description: string;
    schema?: SchemaName;
    /** What the server-sent events are, if the response can be a stream. Without a schema it always is. */
    events?: string;
    cookies?: string;
    /** Whether it can carry the problem `throttled` with the header `Retry-After`. */
    throttled?: true;
  };
  problems: readonly ProblemCode[];
}

const common = ['malformed', 'throttled', 'internal', 'busy'] as const;
const changing = [...common, 'cross-site', 'idempotency-conflict'] as const;
const withBody = [...changing, 'too-large', 'unsupported-media-type'] as const;
const ofFlow = ['no-such-flow', 'flow-expired'] as const;
const ofPhone = ['bad-proof', 'not-found'] as const;
/** A session of a client is refused on all routes but those of the session itself (R94). */
const ofSession = ['no-session', 'not-allowed'] as const;
const ofStepUp = [...ofSession, 'insufficient-user-authentication'] as const;

/** The refusals of an input: all problems with status 422. */
const refusals = (Object.keys(problems) as ProblemCode[]).filter((code) => problems[code].status === 422);

const endCookies =
  'At the end of a flow only: the session, and the remembered device if the user chose to remember it.';

/** All routes of the API, in the order of the document. */
export const routes: readonly Route[] = [
  {
    method: 'post',
    path: '/flows',
    operationId: 'startFlow',
    summary: 'Start a flow, with the first inputs if they are known',
    body: 'StartBody',
    success: {
      status: 201,
      description: 'The flow, its token and, if one of the first inputs was refused, the problem.',
      schema: 'StartAnswer',
      cookies: 'The cookie that binds the flow to this browser.',
      throttled: true,
    },
    problems: [...withBody, 'not-allowed', 'no-session', 'no-such-link', 'link-expired', 'bad-client', 'bad-hand-over'],
  },
  {
    method: 'post',
    path: '/hand-over',
    operationId: 'beginHandOver',
    summary: 'Get a nonce of this browser, with which another system signs a hand-over of its user',
    success: {
      status: 200,
      description: 'The nonce.',
      schema: 'HandOverAnswer',
      cookies: 'The cookie that binds the hand-over to this browser, for ten minutes.',
    },
    problems: changing,
  },
  {
    method: 'post',
    path: '/flows/begun',
    operationId: 'continueFlow',
    summary: "Continue the login that the portal's server began in this browser",
    success: { status: 200, description: 'The flow and its token.', schema: 'StartAnswer' },
    problems: [...changing, ...ofFlow],
  },
  {
    method: 'get',
    path: '/flows/{id}',
    operationId: 'getFlow',
    summary: 'Get the current step of a flow',
    credential: 'flow',
    query: {
      name: 'wait',
      description: 'Seconds, at most 25: responds after the next change, if the step waits for a phone.',
    },
    success: { status: 200, description: 'The flow.', schema: 'FlowAnswer' },
    problems: [...common, ...ofFlow],
  },
  {
    method: 'post',
    path: '/flows/{id}',
    operationId: 'submitInputs',
    summary: 'Send inputs for the current step and the steps after it',
    credential: 'flow',
    body: 'SubmitBody',
    success: { status: 200, description: 'All inputs were accepted.', schema: 'FlowAnswer', cookies: endCookies },
    problems: [
      ...withBody,
      ...ofFlow,
      ...refusals,
      'not-allowed',
      'no-session',
      'out-of-order',
      'link-expired',
      'bad-client',
    ],
  },
  {
    method: 'delete',
    path: '/flows/{id}',
    operationId: 'cancelFlow',
    summary: 'Cancel a flow',
    credential: 'flow',
    success: { status: 204, description: 'The flow is deleted.' },
    problems: [...changing, ...ofFlow],
  },
  {
    method: 'get',
    path: '/flows/{id}/events',
    operationId: 'streamFlow',
    summary: 'Wait for changes of a flow that waits for a phone',
    credential: 'flow',
    success: {
      status: 200,
      description: 'A stream, which ends with the flow or when its step waits for nothing.',
      events: '`changed`, at once and after each change; its data is an empty object.',
    },
    problems: [...common, ...ofFlow],
  },
  {
    method: 'get',
    path: '/push/vapid',
    operationId: 'getVapidKey',
    summary: 'Get the key for subscriptions of the Push API',
    success: { status: 200, description: 'The public VAPID key.', schema: 'VapidAnswer' },
    problems: [...common, 'not-found'],
  },
  {
    method: 'post',
    path: '/push/devices',
    operationId: 'linkPhone',
    summary: 'Begin to link a phone by the link that a step or an email shows',
    credential: 'phone',
    body: 'LinkBody',
    success: { status: 201, description: 'The phone, whose code must be confirmed.', schema: 'DeviceAnswer' },
    problems: [...withBody, 'bad-proof', 'no-such-link', 'link-expired', 'not-allowed', 'not-found'],
  },
  {
    method: 'post',
    path: '/push/devices/{id}/confirm',
    operationId: 'confirmPhone',
    summary: 'Confirm a phone by its code, and get its TOTP secret once',
    credential: 'phone',
    body: 'ConfirmBody',
    success: {
      status: 200,
      description: 'The phone, and the secret with the first response.',
      schema: 'ConfirmAnswer',
    },
    problems: [...withBody, ...ofPhone, 'wrong-code', 'locked', 'link-expired', 'out-of-order'],
  },
  {
    method: 'get',
    path: '/push/devices/{id}',
    operationId: 'getPhone',
    summary: 'Get a phone and its account',
    credential: 'phone',
    success: { status: 200, description: 'The phone and its account.', schema: 'DeviceAnswer' },
    problems: [...common, ...ofPhone],
  },
  {
    method: 'delete',
    path: '/push/devices/{id}',
    operationId: 'unlinkPhone',
    summary: 'Unlink a phone',
    credential: 'phone',
    success: { status: 204, description: 'The phone can no longer approve logins.' },
    problems: [...changing, ...ofPhone, 'not-allowed'],
  },
  {
    method: 'put',
    path: '/push/devices/{id}/subscription',
    operationId: 'subscribePhone',
    summary: 'Store the subscription of the Push API that wakes the phone',
    credential: 'phone',
    body: 'SubscriptionBody',
    success: { status: 204, description: 'The phone is woken by new requests.' },
    problems: [...withBody, ...ofPhone],
  },
  {
    method: 'post',
    path: '/push/devices/{id}/unlock',
    operationId: 'unlockByPhone',
    summary: 'Lift the lock of the password, at most three times a day',
    credential: 'phone',
    success: { status: 200, description: 'The account.', schema: 'UnlockAnswer' },
    problems: [...changing, ...ofPhone],
  },
  {
    method: 'get',
    path: '/push/requests',
    operationId: 'listRequests',
    summary: 'Get the requests for approval',
    credential: 'phone',
    query: { name: 'wait', description: 'Seconds, at most 25: responds when a request is pending.' },
    success: {
      status: 200,
      description: 'The pending requests and the last ones.',
      schema: 'RequestsAnswer',
      events: '`requests`, at once and after each change; its data is the same JSON.',
    },
    problems: [...common, ...ofPhone],
  },
  {
    method: 'get',
    path: '/push/requests/{id}',
    operationId: 'getRequest',
    summary: 'Get one request on the device of its login, with the flow cookie',
    credential: 'phone',
    success: { status: 200, description: 'The request.', schema: 'RequestAnswer' },
    problems: [...common, ...ofPhone],
  },
  {
    method: 'post',
    path: '/push/requests/{id}',
    operationId: 'answerRequest',
    summary: 'Approve or deny a request, signed by the key of the phone',
    credential: 'phone',
    body: 'AnswerBody',
    success: { status: 200, description: 'The answered request.', schema: 'RequestAnswer' },
    problems: [...withBody, ...ofPhone, 'bad-answer', 'wrong-code', 'request-ended'],
  },
  {
    method: 'get',
    path: '/organisations',
    operationId: 'searchOrganisations',
    summary: 'Search organisations by a part of their name',
    query: { name: 'q', description: 'A part of the name, as typed.' },
    success: { status: 200, description: 'The best matches.', schema: 'OrganisationsAnswer' },
    problems: common,
  },
  {
    method: 'get',
    path: '/session',
    operationId: 'getSession',
    summary: 'Get the current session',
    credential: 'session',
    success: { status: 200, description: 'The session.', schema: 'SessionAnswer' },
    problems: [...common, 'no-session'],
  },
  {
    method: 'delete',
    path: '/session',
    operationId: 'logOut',
    summary: 'Log out',
    credential: 'session',
    query: { name: 'forget', description: 'With `device`, the server forgets this browser too, for shared computers.' },
    success: {
      status: 204,
      description: 'The session has ended.',
      cookies: 'Clears the session and, with `forget`, the device.',
    },
    problems: changing,
  },
  {
    method: 'get',
    path: '/account',
    operationId: 'getAccount',
    summary: 'Get the data of the settings page',
    credential: 'session',
    success: { status: 200, description: 'The account.', schema: 'Account' },
    problems: [...common, ...ofSession],
  },
  {
    method: 'patch',
    path: '/account',
    operationId: 'changeAccount',
    summary: 'Change how long a device is remembered',
    credential: 'session',
    body: 'AccountChange',
    success: { status: 200, description: 'The changed account.', schema: 'Account' },
    problems: [...withBody, ...ofSession],
  },
  {
    method: 'patch',
    path: '/account/factors/{id}',
    operationId: 'renameFactor',
    summary: 'Rename an authenticator',
    credential: 'session',
    body: 'FactorChange',
    success: { status: 200, description: 'The changed account.', schema: 'Account' },
    problems: [...withBody, ...ofSession, 'not-found', 'bad-name'],
  },
  {
    method: 'delete',
    path: '/account/factors/{id}',
    operationId: 'removeFactor',
    summary: 'Remove an authenticator, after a step-up',
    credential: 'session',
    success: { status: 204, description: 'The authenticator is removed.' },
    problems: [...changing, ...ofStepUp, 'not-found'],
  },
  {
    method: 'delete',
    path: '/account/devices/{id}',
    operationId: 'forgetDevice',
    summary: 'Forget one remembered device',
    credential: 'session',
    success: { status: 204, description: 'The device needs a code at the next login.' },
    problems: [...changing, ...ofSession, 'not-found'],
  },
  {
    method: 'delete',
    path: '/account/devices',
    operationId: 'forgetDevices',
    summary: 'Forget all remembered devices',
    credential: 'session',
    success: { status: 204, description: 'All devices need a code at the next login.' },
    problems: [...changing, ...ofSession],
  },
  {
    method: 'delete',
    path: '/account/sessions',
    operationId: 'endOtherSessions',
    summary: 'End all other sessions',
    credential: 'session',
    success: { status: 204, description: 'All other sessions have ended.' },
    problems: [...changing, ...ofSession],
  },
  {
    method: 'post',
    path: '/clients/{id}/installations',
    operationId: 'addInstallation',
    summary: 'Register the key of an installation of a client, after a step-up',
    credential: 'session',
    body: 'NewInstallation',
    success: { status: 201, description: 'The installation.', schema: 'InstallationAnswer' },
    problems: [...withBody, ...ofStepUp, 'bad-client', 'bad-name', 'not-found'],
  },
  {
    method: 'delete',
    path: '/account/installations/{id}',
    operationId: 'removeInstallation',
    summary: 'Remove an installation of a client',
    credential: 'session',
    success: { status: 204, description: 'The key of the installation authenticates nothing any more.' },
    problems: [...changing, ...ofSession, 'not-found'],
  },
  {
    method: 'get',
    path: '/account/events',
    operationId: 'listEvents',
    summary: 'List the recent events of the account',
    credential: 'session',
    success: { status: 200, description: 'The recent events, newest first.', schema: 'AccountEventsAnswer' },
    problems: [...common, ...ofSession],
  },
  {
    method: 'post',
    path: '/account/events/{id}',
    operationId: 'reportEvent',
    summary: 'Report an event as not done by the user, which ends all other sessions, devices and flows of the account',
    credential: 'session',
    body: 'EventReport',
    success: { status: 204, description: 'All other sessions have ended. The user should choose a new password next.' },
    problems: [...withBody, ...ofSession, 'not-found'],
  },
  {
    method: 'post',
    path: '/sms/delivery',
    operationId: 'reportDelivery',
    summary:
      'Report whether a text message was delivered, for the SMS gateway: signed as its description in the settings says',
    body: 'DeliveryReport',
    success: { status: 204, description: 'The report is recorded, or its status is not final.' },
    problems: [...withBody, 'not-allowed', 'not-found'],
  },
  {
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'Get this document',
    success: { status: 200, description: 'The OpenAPI 3.1 document.' },
    problems: ['malformed', 'internal', 'busy'],
  },
  {
    method: 'get',
    path: '/.well-known/webauthn',
    operationId: 'getRelatedOrigins',
    summary: 'Get the origins that may use the passkeys of this host; also served at the root of the host',
    success: { status: 200, description: 'The origins (WebAuthn L3 §5.11).', schema: 'RelatedOriginsAnswer' },
    problems: ['malformed', 'internal', 'busy'],
  },
  {
    method: 'get',
    path: '/.well-known/jwks.json',
    operationId: 'getKeys',
    summary:
      'Get the keys that verify assertions; a key is published for a day before it signs, and may be cached for an hour',
    success: { status: 200, description: 'The keys (RFC 7517 §5).', schema: 'JwksAnswer' },
    problems: ['malformed', 'internal', 'busy'],
  },
  {
    method: 'get',
    path: '/health/live',
    operationId: 'isLive',
    summary: 'Check that the process responds',
    success: { status: 200, description: 'The process responds.', schema: 'HealthAnswer' },
    problems: ['malformed'],
  },
  {
    method: 'get',
    path: '/health/ready',
    operationId: 'isReady',
    summary: 'Check that the database responds and the server is not shutting down',
    success: { status: 200, description: 'The server is ready for traffic.', schema: 'HealthAnswer' },
    problems: ['malformed', 'busy'],
  },
];
