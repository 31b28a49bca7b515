import { z } from 'zod';
import { ownCostFault } from './accounts/import-cost.ts';
import type { Clock, Random } from './crypto/tokens.ts';
import type { Directory } from './directory/directory.ts';
import { eventNames } from './events/server-events.ts';
import type { MailTransport } from './mail/transport.ts';
import { type OrganisationDefinition, OrganisationError, parseOrganisation } from './organisations/schema.ts';
import { isSecurePage } from './organisations/secure-url.ts';
import type { Monotonic } from './runtime/clock-guard.ts';
import type { Logger } from './runtime/log.ts';
import {
  baseUrl,
  checkSmtpAddress,
  database,
  encryptionKeys,
  hasMethods,
  logLevel,
  SCHEMA_OF_FILE,
  schemaName,
  shown,
  trustedProxies,
  vapidKeys,
} from './setting-fields.ts';
import { smsOption } from './sms-option.ts';
import { isPostgres } from './store/open/open-database.ts';

const fn = <T>(result: string) =>
  z.custom<T>((value) => typeof value === 'function', `must be a function that returns ${result}`);

const count = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message).optional();
};

const group = (message: string) => ({
  error: ({ code }: { code: string }) => (code === 'unrecognized_keys' ? undefined : message),
});

const origin = z
  .string('must be an origin such as https://portal.example')
  .refine(
    (value) => {
      const url = URL.parse(value);
      return url !== null && ['https:', 'http:'].includes(url.protocol) && url.origin === value;
    },
    { abort: true, error: ({ input }) => `must be an origin such as https://portal.example, got ${shown(input)}` },
  )
  .refine(isSecurePage, {
    error: ({ input }) => `must be https (plain http is for localhost only), got ${shown(input)}`,
  });

const portal = z.strictObject(
  {
    origin,
    organisations: z
      .array(z.string('must be the id of an organisation'), 'must be a list of ids of organisations')
      .min(1, 'must have an id, or be left out for all organisations')
      .optional(),
  },
  group('must be an object with origin, such as { origin: "https://portal.example" }'),
);

const organisations = z
  .array(z.unknown(), 'must be a list of organisations')
  .transform((values, context) => values.map((value, index) => readOrganisation(value, index, context)))
  .superRefine((found, context) => {
    const repeated = found.find((each, index) => found.findIndex((other) => other?.id === each?.id) !== index);
    if (repeated) context.addIssue(`must have different ids, "${repeated.id}" is duplicate`);
  });

function readOrganisation(value: unknown, index: number, context: z.RefinementCtx): OrganisationDefinition {
  try {
    return parseOrganisation(value);
  } catch (error) {
    if (!(error instanceof OrganisationError)) throw error;
    const path = [index, ...(error.path ? error.path.split('.') : [])];
    context.addIssue({ code: 'custom', path, message: `is wrong: ${error.expected}`, input: value });
    return z.NEVER;
  }
}

const directory = z
  .custom<Directory>(
    (value) => hasMethods(value, 'find', 'verifyPassword'),
    'must be an object with find and verifyPassword',
  )
  .superRefine((value, context) => {
    for (const name of ['setPassword', 'findByEmail'] as const) {
      if (value[name] === undefined || typeof value[name] === 'function') continue;
      context.addIssue({ code: 'custom', path: [name], message: 'must be a function', input: value });
    }
    const { answerTime = 1000 } = value;
    if (Number.isInteger(answerTime) && answerTime >= 200 && answerTime <= 5000) return;
    const message = 'must be a whole number of milliseconds from 200 to 5000';
    context.addIssue({ code: 'custom', path: ['answerTime'], message, input: value });
  });

const LOGIN_PAGE = 'must be a path such as /login, or the https URL of a page';
const loginPage = z.string(LOGIN_PAGE).refine(
  (value) => {
    // A path that begins with two slashes would be the address of another host.
    const url = URL.parse(value, 'https://portal.example');
    return url !== null && (/^\/(?![/\\])/.test(value) || /^https?:\/\//.test(value)) && !/\s/.test(value);
  },
  { error: ({ input }) => `${LOGIN_PAGE}, got ${shown(input)}` },
);

const WHOLE = 'must be a whole number';
const mail = z
  .custom<string | MailTransport | false>(
    (value) => typeof value === 'string' || value === false || hasMethods(value, 'send', 'close'),
    'must be an smtp:// address, an object with send and close, or false',
  )
  .superRefine((value, context) => {
    if (typeof value === 'string') checkSmtpAddress(value, context);
  });

/** The option `webPush`. */
export const webPush = z
  .union(
    [
      vapidKeys,
      z.strictObject({
        keys: vapidKeys,
        subject: z.url({ protocol: /^(?:mailto|https)$/ }).optional(),
        hosts: z
          .array(z.string().regex(/^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/))
          .max(20)
          .optional(),
        loopback: z.boolean().optional(),
      }),
    ],
    'must be VAPID keys as public:private, or an object with keys, subject, hosts and loopback',
  )
  .transform((value) => (typeof value === 'string' ? { keys: value } : value));

const handler = fn<(event: never) => void | Promise<void>>('nothing or a promise').optional();
const handlers = Object.fromEntries(eventNames.map((name) => [name, handler])) as Record<
  (typeof eventNames)[number],
  typeof handler
>;

/** The options of `createTweestap` with their rules and defaults. */
export const optionsSchema = z
  .strictObject(
    {
      database,
      schema: schemaName.optional(),
      encryptionKeys,
      baseUrl,
      mountPath: z
        .string('must be a path such as /mfa/v1')
        .regex(/^(?:\/[A-Za-z0-9._~-]+)+$/, 'must be a path such as /mfa/v1, without a trailing slash')
        .default('/mfa/v1'),
      organisations: organisations.default([]),
      directory: directory.optional(),
      loginPage: loginPage.optional(),
      origins: z.array(origin, 'must be a list of origins').default([]),
      portals: z.array(portal, 'must be a list of objects with origin').default([]),
      trustedProxies: trustedProxies.default([]),
      mail: mail.optional(),
      sms: smsOption.optional(),
      webPush: webPush.optional(),
      logger: z
        .custom<Logger>(
          (value) => hasMethods(value, 'debug', 'info', 'warn', 'error'),
          'must be an object with debug, info, warn and error',
        )
        .optional(),
      ...handlers,
      logLevel: logLevel.default('info'),
      throttle: z
        .strictObject(
          {
            failures: count(1, 1_000_000),
            codes: count(1, 1_000_000),
            perAccount: count(1, 1_000_000),
            stoppedLogins: count(1, 1_000_000),
            windowSeconds: count(1, 86_400),
          },
          group('must be an object of numbers'),
        )
        .optional(),
      hasher: z
        .strictObject(
          {
            concurrency: count(1, 1024),
            queueLimit: count(0, 100_000),
            addressLimit: count(1, 100_000),
            parameters: z
              .strictObject(
                { memory: z.int(WHOLE), passes: z.int(WHOLE), lanes: z.int(WHOLE) },
                group('must be an object with memory, passes and lanes'),
              )
              // R54: own hashes have the same limit as imported ones, so that every check takes less time than the answer
              // floor.
              .superRefine((parameters, context) => {
                const fault = ownCostFault(parameters);
                if (fault) context.addIssue(`is wrong: ${fault}`);
              })
              .optional(),
          },
          group('must be an object'),
        )
        .optional(),
      clock: fn<Clock>('milliseconds since the epoch').optional(),
      monotonic: fn<Monotonic>('milliseconds that never decrease').optional(),
      random: fn<Random>('the requested number of bytes').optional(),
    },
    group('must be an object'),
  )
  .superRefine(({ baseUrl, origins, portals }, context) => {
    const own = [URL.parse(baseUrl)?.origin, ...origins];
    for (const [index, { origin }] of portals.entries()) {
      const path = ['portals', index, 'origin'];
      const isRepeated = portals.findIndex((other) => other.origin === origin) !== index;
      const isOwn = own.includes(origin);
      if (!isOwn && !isRepeated) continue;
      const message = isOwn ? 'must not be an origin of this server itself' : 'must be different from the others';
      context.addIssue({ code: 'custom', path, message: `${message}, got ${shown(origin)}`, input: origin });
    }
  })
  .superRefine(({ database, schema }, context) => {
    if (schema !== undefined && !isPostgres(database)) {
      context.addIssue({ code: 'custom', path: ['schema'], message: SCHEMA_OF_FILE, input: schema });
    }
  });
