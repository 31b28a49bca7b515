import { type Route, withBody } from './route.ts';

/** The routes for gateways, verifiers and operators. */
export const serviceRoutes: readonly Route[] = [
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
