import { createInputParser } from '@tweestap/protocol';
import { pino } from 'pino';
import { createAccountEvents } from './account/account-events.ts';
import { systemTimer } from './accounts/answer-floor.ts';
import { createPasswordHasher } from './accounts/password-hasher.ts';
import { type Admin, createAdmin } from './admin/admin.ts';
import { checkKeys, keyCheck } from './admin/operator/key-check.ts';
import { rotateSigningKeys } from './assertion/signing-keys.ts';
import { newId } from './crypto/tokens.ts';
import { type CheckedDirectory, checkedDirectory, type Directory } from './directory/directory.ts';
import { publishEvents } from './events/publish-events.ts';
import { factors } from './factors/index.ts';
import { createEngine } from './flow/engine.ts';
import { createRegistry } from './flow/rules/factor.ts';
import { clientAddressReader, unlistedProxyReport } from './http/caller.ts';
import { cookies } from './http/cookies.ts';
import { createGates, type Gates } from './http/gates.ts';
import { createHandler, type RequestHandler } from './http/handler.ts';
import { allRoutes } from './http/routes/all-routes.ts';
import { mailChannel } from './mail/mail-channel.ts';
import { createOutbox, type Outbox } from './notices/outbox-messages.ts';
import { type ResolvedOptions, resolveOptions, type TweestapOptions } from './options.ts';
import { type Sender, startSender } from './outbox/sender.ts';
import { startPeriodic } from './periodic.ts';
import { createSecondStep, type SecondStep } from './portal/second-step.ts';
import { createWaker } from './push/web-push/waker.ts';
import { returnToCheck } from './return-to.ts';
import { createClockGuard, noClockGuard } from './runtime/clock-guard.ts';
import type { Logger } from './runtime/log.ts';
import { smsChannel } from './sms/sms-channel.ts';
import { steps } from './steps/index.ts';
import type { Database } from './store/database.ts';
import { listenToSignals } from './store/open/listen.ts';
import { openDatabase } from './store/open/open-database.ts';
import { hasSms, upsertOrganisation } from './store/organisations.ts';
import { wakeAfter } from './store/outbox.ts';
import { publishSignals } from './store/signals.ts';
import { createThrottle } from './throttle/throttle.ts';
import { createHub } from './waiting/hub.ts';

/** The signals of new requests for approval begin with this (`steps/push.ts`). */
const WAKE = 'wake.';
/** How long `close` waits for running requests, in ms. */
const DRAIN = 10_000;

/** Logged at start, because otherwise a missing setting looks like a slow mail server (R95). */
const NO_MAIL = 'no email is sent: set `mail` (TWEESTAP_SMTP) to a mail server; until then emails wait in the outbox';

/** The same for text messages. It is logged only if an organisation sends any. */
const NO_SMS =
  'no text message is sent: set `sms` (TWEESTAP_SMS_GATEWAY) to an SMS gateway; until then they wait in the outbox until they expire';

/** The parts of a running server. Mount either `router` or `handler`, and protect pages with the two middlewares. */
export interface Tweestap extends Gates {
  /** A middleware for Express: `app.use(tweestap.router)`, or mounted at the mount path. */
  router: RequestHandler['router'];
  /** A handler for node:http, Fastify, Next.js and other frameworks with Node's request and response. */
  handler: RequestHandler['handler'];
  /** The functions of the help desk and of administrators. Each call is audited. */
  readonly admin: Admin;
  /** Begins the second step of a login whose password the portal has checked itself (docs/guide/second-step.md). */
  beginFor: SecondStep['beginFor'];
  /** Returns such a login once its user has finished it. Only then may the portal release its session. */
  completed: SecondStep['completed'];
  /** Read access to the queued messages, for development without a mail server. */
  readonly outbox: Outbox;
  /** The path of the API, for example `/mfa/v1`. */
  readonly mountPath: string;
  /**
   * Finishes running requests and tasks, then closes the database. New requests get `503 busy`. May be called twice.
   */
  close(): Promise<void>;
}

/**
 * Opens the database, updates its tables and the given organisations, and returns the server.
 * @throws OptionsError with a line for each wrong option
 * @throws WrongKeyError if a stored secret can't be opened with the encryption keys
 * @throws StoreUnavailableError if the database can't be reached
 * @throws SchemaTooNewError if a newer version of the server has migrated the database
 * @throws ForeignTableError if the database has a table of the same name that belongs to another program
 * @throws MissingSchemaError if the schema does not exist and the user of the database may not create it
 */
export async function createTweestap(options: TweestapOptions): Promise<Tweestap> {
  const resolved = resolveOptions(options);
  const logger = resolved.logger ?? pino({ level: resolved.logLevel });
  const { schema } = resolved;
  const database = await openDatabase(resolved.database, { clock: resolved.clock, logger, schema });
  try {
    await database.write(async (tx) => {
      for (const each of resolved.organisations) await upsertOrganisation(tx, each, resolved.clock());
    });
    await checkKeys({ database, keyring: resolved.keyring, clock: resolved.clock });
    await rotateSigningKeys({ database, keyring: resolved.keyring }, resolved.clock());
    if (resolved.mail === undefined) logger.warn({}, NO_MAIL);
    if (resolved.sms === undefined && (await hasSms(database.read))) logger.warn({}, NO_SMS);
    return assemble({ ...resolved, logger }, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

function assemble(
  options: ResolvedOptions & { logger: NonNullable<ResolvedOptions['logger']> },
  opened: Database,
): Tweestap {
  const { keyring, clock, random, logger, secure, mountPath, origins, baseUrl } = options;
  const addressOf = clientAddressReader(options.trustedProxies, unlistedProxyReport({ clock, logger }));
  const hub = createHub();
  const holder = newId(random);
  const emit = (topics: ReadonlySet<string>): void => {
    hub.emit(topics);
    for (const topic of topics) if (topic.startsWith(WAKE)) waker?.wake(topic.slice(WAKE.length));
  };
  const woken = wakeAfter(opened, () => {
    for (const sender of senders) sender.wake();
  });
  const { codesOf } = createAccountEvents(factors);
  const published = publishSignals(woken, { sender: holder, clock, emit });
  const events = publishEvents(published, { handlers: options.handlers, codesOf, clock, logger });
  const { database } = events;
  const audience = baseUrl + mountPath;
  const directory = options.directory && directoryOf(options.directory, logger);
  const hasher = createPasswordHasher({ ...options.hasher, random });
  const engine = createEngine({
    ...{ steps, factors },
    database,
    keyring,
    hasher,
    clock,
    timer: systemTimer,
    random,
    baseUrl,
    origins,
    audience,
    directory,
    logger,
    throttle: createThrottle({ database, clock, random }, options.throttle),
    allowedReturnTo: returnToCheck({ read: database.read, clock, logger }, origins),
  });
  const { monotonic } = options;
  const clockGuard = monotonic ? createClockGuard({ clock, monotonic, logger }) : noClockGuard;
  const shared = { database, keyring, clock, clockGuard, random, logger };
  const parseInput = createInputParser({ methods: factors.map(({ method }) => method) });
  const { deliveries } = options;
  const waker = options.webPush
    ? createWaker({ ...shared, keys: options.webPush.keys, rules: options.webPush.rules })
    : undefined;
  const audiences = [baseUrl, ...origins].map((origin) => origin + mountPath);
  const push = { registry: createRegistry(factors), baseUrl, audiences, hub, waker };
  const own = { factors, parseInput, engine, cookies: cookies(secure), addressOf, audience, directory };
  const deps = { ...shared, ...own, deliveries, push };
  const isDraining = (): boolean => http.isDraining;
  const routes = allRoutes(deps, {
    database,
    mountPath,
    baseUrl,
    origins,
    clock,
    isDraining,
    hasKeys: keyCheck(shared),
  });
  const http = createHandler(deps, routes, { mountPath, secure, origins, portals: options.portals });
  const listening = listenToSignals(options.database, database, {
    sender: holder,
    onTopic(topic) {
      hub.emit([topic]);
      events.onTopic(topic);
    },
    onGap: () => hub.emitAll(),
    isAwaited: () => hub.size > 0 || events.isListening,
    logger,
  });
  const periodic = startPeriodic({ ...shared, holder });
  const senders = startSenders(options, database);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // What waits is answered first, so that draining does not wait for it.
    hub.close();
    await http.drain(DRAIN);
    await listening.stop();
    await waker?.stop();
    await periodic.stop();
    await Promise.all(senders.map((sender) => sender.stop()));
    await database.close();
  };
  return {
    router: http.router,
    handler: http.handler,
    ...createGates(deps, { secure, loginPage: options.loginPage }),
    ...createSecondStep(deps),
    admin: createAdmin({ factors, database, keyring, hasher, clock, clockGuard, random, baseUrl, directory }),
    outbox: createOutbox({ read: database.read, keyring, baseUrl }),
    mountPath,
    close() {
      closed ??= close();
      return closed;
    },
  };
}

/** The checked directory. Its operator learns when it is slower than the answers are meant to be (R95). */
function directoryOf(directory: Directory, logger: Logger): CheckedDirectory {
  return checkedDirectory(directory, {
    onExceeded(elapsed) {
      const ms = Math.round(elapsed);
      logger.warn(
        { ms },
        'the directory was slower than `directory.answerTime`, so its time may reveal which names exist',
      );
    },
  });
}

/** Starts a sender for each channel that has a transport. An outage of one stops no other. */
function startSenders(
  { mail, sms, keyring, baseUrl, clock, random, logger }: Parameters<typeof assemble>[0],
  database: Database,
): Sender[] {
  const shared = { database, clock, random, logger };
  const deps = { read: database.read, keyring, baseUrl };
  return [
    ...(mail ? [startSender({ ...shared, channel: mailChannel({ ...deps, transport: mail }) })] : []),
    ...(sms ? [startSender({ ...shared, channel: smsChannel({ ...deps, transport: sms }) })] : []),
  ];
}
