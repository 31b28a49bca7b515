import { z } from 'zod';
import {
  baseUrl,
  checkSmtpAddress,
  database,
  encryptionKeys,
  faultLines,
  type LogLevel,
  logLevel,
  SCHEMA_OF_FILE,
  schemaName,
  shown,
  trustedProxies,
  vapidKeys,
} from './setting-fields.ts';
import { type SmsGateway, smsGateway } from './sms/gateway-settings.ts';
import { isPostgres } from './store/open/open-database.ts';

/** The settings of a standalone server, from environment variables (docs/guide/settings.md). */
export interface Settings {
  /** `PORT`: the port to listen on, 0 to 65535. Default `3000`. */
  port: number;
  /** `HOST`: the address or host name to listen on. Default `127.0.0.1`. */
  host: string;
  /** `TWEESTAP_DATABASE`: the path of a file (SQLite), or `postgres://user:password@host:5432/name`. */
  database: string;
  /** `TWEESTAP_SCHEMA`: the schema of the tables on PostgreSQL; with a file it must be absent. Default: `tweestap`. */
  schema?: string;
  /** `TWEESTAP_BASE_URL`: the public address of the server: https, or plain http on localhost. Default: `http://localhost:<PORT>`. */
  baseUrl: string;
  /** `TWEESTAP_ENCRYPTION_KEYS`: `id:base64(32 bytes)`, comma-separated. The first key encrypts, all keys decrypt. */
  encryptionKeys: string;
  /**
   * `TWEESTAP_TRUSTED_PROXIES`: addresses and CIDR ranges of the proxies whose `X-Forwarded-For` is trusted, comma-separated; `unix`
   * for a Unix socket. Default: none.
   */
  trustedProxies: string[];
  /**
   * `TWEESTAP_SMTP`: the mail server, as `smtp[s]://user:password@host:587?from=portal@example.org`. Without it, emails wait in the
   * outbox. Default: none.
   */
  mail?: string;
  /**
   * `TWEESTAP_SMS_GATEWAY`: JSON that describes the HTTP API of an SMS gateway (`SmsGateway`). Without it, text messages wait in
   * the outbox until they expire. Default: none.
   */
  sms?: SmsGateway;
  /**
   * `TWEESTAP_VAPID`: the VAPID keys as `public:private`, as `tweestap vapid-keys` makes them. Without it, only an open app shows a
   * request. Default: none.
   */
  webPush?: string;
  /** `TWEESTAP_LOG_LEVEL`: `trace`, `debug`, `info`, `warn`, `error` or `silent`. Default `info`. */
  logLevel: LogLevel;
}

/** One or more settings are wrong. The message has a line for each, with its name and what was expected. */
export class SettingsError extends Error {
  readonly code = 'bad-settings';
  /** The lines of the message. */
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'SettingsError';
    this.lines = lines;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const storeSchema = z.object({
  TWEESTAP_DATABASE: database,
  TWEESTAP_SCHEMA: schemaName.optional(),
  TWEESTAP_BASE_URL: baseUrl.optional(),
  TWEESTAP_ENCRYPTION_KEYS: encryptionKeys,
});

const settingsSchema = z.object({
  PORT: z
    .string()
    .default('3000')
    .transform((value, context) => {
      const port = Number(value);
      if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
      context.addIssue(`must be a number from 0 to 65535, got ${shown(value)}`);
      return z.NEVER;
    }),
  HOST: z
    .string()
    .default('127.0.0.1')
    .refine((value) => /^[A-Za-z0-9.:_-]{1,253}$/.test(value), {
      error: ({ input }) => `must be an IP address or a host name such as 127.0.0.1 or 0.0.0.0, got ${shown(input)}`,
    }),
  ...storeSchema.shape,
  TWEESTAP_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((value) => splitList(value))
    .pipe(trustedProxies),
  TWEESTAP_SMTP: z.string().superRefine(checkSmtpAddress).optional(),
  TWEESTAP_SMS_GATEWAY: z
    .string()
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        // The message of `JSON.parse` quotes the text, which has credentials.
        context.addIssue('must be a JSON object with url and body');
        return z.NEVER;
      }
    })
    .pipe(smsGateway)
    .optional(),
  TWEESTAP_VAPID: vapidKeys.optional(),
  TWEESTAP_LOG_LEVEL: logLevel.default('info'),
});

/**
 * Reads and checks the settings of a server. An empty variable counts as absent.
 * @throws SettingsError with a line for each wrong setting
 */
export function readSettings(env: Environment): Settings {
  const found = read(settingsSchema, env);
  return {
    port: found.PORT,
    host: found.HOST,
    database: found.TWEESTAP_DATABASE,
    ...schemaOf(found),
    baseUrl: found.TWEESTAP_BASE_URL ?? `http://localhost:${found.PORT}`,
    encryptionKeys: found.TWEESTAP_ENCRYPTION_KEYS,
    trustedProxies: found.TWEESTAP_TRUSTED_PROXIES,
    ...(found.TWEESTAP_SMTP === undefined ? {} : { mail: found.TWEESTAP_SMTP }),
    ...(found.TWEESTAP_SMS_GATEWAY === undefined ? {} : { sms: found.TWEESTAP_SMS_GATEWAY }),
    ...(found.TWEESTAP_VAPID === undefined ? {} : { webPush: found.TWEESTAP_VAPID }),
    logLevel: found.TWEESTAP_LOG_LEVEL,
  };
}

/**
 * Reads the settings that the command line needs. The base URL has no default here, because a mailed link to localhost
 * would not work for its recipient. @throws SettingsError
 */
export function readStoreSettings(
  env: Environment,
): Pick<Settings, 'database' | 'schema' | 'encryptionKeys'> & { baseUrl: string | undefined } {
  const found = read(storeSchema, env);
  return {
    database: found.TWEESTAP_DATABASE,
    ...schemaOf(found),
    encryptionKeys: found.TWEESTAP_ENCRYPTION_KEYS,
    baseUrl: found.TWEESTAP_BASE_URL,
  };
}

/** Reads only the settings of the database, for verbs that open no secret. @throws SettingsError */
export function readDatabaseSettings(env: Environment): Pick<Settings, 'database' | 'schema'> {
  const found = read(storeSchema.pick({ TWEESTAP_DATABASE: true, TWEESTAP_SCHEMA: true }), env);
  return { database: found.TWEESTAP_DATABASE, ...schemaOf(found) };
}

interface Found {
  TWEESTAP_DATABASE: string;
  TWEESTAP_SCHEMA?: string | undefined;
}

/** The setting of the schema. @throws SettingsError when it is given with a file */
function schemaOf({ TWEESTAP_DATABASE: database, TWEESTAP_SCHEMA: schema }: Found): Pick<Settings, 'schema'> {
  if (schema === undefined) return {};
  if (!isPostgres(database)) throw new SettingsError([`TWEESTAP_SCHEMA ${SCHEMA_OF_FILE}.`]);
  return { schema };
}

function read<S extends z.ZodObject>(schema: S, env: Environment): z.output<S> {
  const given = Object.keys(schema.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : []));
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  throw new SettingsError(faultLines(parsed.error));
}

const splitList = (value: string): string[] =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
