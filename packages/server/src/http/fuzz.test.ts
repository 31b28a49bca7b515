/*
 * Threat: a request that is almost valid reaches code that relies on its types, leaves a partial change, or gets an
 * undocumented response. The test sends values generated from the schemas of the OpenAPI document to every route, mixed
 * with unexpected ones. `TWEESTAP_DRILL_SEED` repeats a run. `TWEESTAP_FUZZ_REQUESTS` is the number of requests
 * (`Infinity`: until it is stopped).
 */
import assert from 'node:assert/strict';
import { type Chance, chance } from '../drills/support/chance.ts';
import { withDatabases } from '../store/testing/databases.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { type ApiDocument, answerJudge, type Operation, type Schema, valueMaker } from './testing/fuzz.ts';
import { dump, type Owner, ownerOf } from './testing/routes.ts';
import { first, memoryLogger, serve, type TestServer } from './testing/server.ts';

const REQUESTS = Number(process.env.TWEESTAP_FUZZ_REQUESTS ?? 250);
/** The seed of a normal run; the drill uses a new one each time. */
const SEED = 76;
/** Requests for each user. After that, a new user is created, because the old one is logged out or locked by then. */
const REQUESTS_PER_USER = 50;
/**
 * The statuses of requests that were refused before they were processed. Others may count attempts, lock and be
 * audited.
 */
const REFUSED_UNREAD: ReadonlySet<number> = new Set([400, 405, 413, 415]);

interface Request {
  path: string;
  template: string;
  method: string;
  operation: Operation;
}

withDatabases(
  'R76: every route returns documented responses below 500 to requests generated from the OpenAPI document',
  async (fixture, t) => {
    const dice = chance(SEED);
    t.diagnostic(`TWEESTAP_DRILL_SEED=${dice.seed}`);
    const logger = memoryLogger();
    const server = await serve(fixture, { logger, throttle: { failures: 1_000_000 } });
    t.after(() => server.stop());
    const document = (await server.browser().get('/openapi.json')).body as ApiDocument;
    const judge = answerJudge(document);
    const statuses = new Map<number, number>();
    const steps = new Set<string>();
    let owner = await ownerOf(server, 'alpha', 'user0');
    const value = valueMaker(document, dice, () => wordsOf(owner));
    for (let sent = 0; sent < REQUESTS; sent += 1) {
      if (sent % REQUESTS_PER_USER === REQUESTS_PER_USER - 1) owner = await ownerOf(server, 'alpha', `user${sent}`);
      const request = requestOf(document, dice, owner);
      const body = bodyOf(document, dice, owner, request, value);
      // The whole database is compared for one request in ten.
      const before = dice.below(10) === 0 ? await dump(fixture.database) : undefined;
      const reply = await sendAs(dice, server, owner, request, body);
      const what = `${request.method} ${request.path} ${JSON.stringify(body)?.slice(0, 400)} → ${reply.status} ${reply.text.slice(0, 400)}`;
      assert.ok(reply.status < 500, what);
      assert.equal(judge(request.template, request.method, reply), undefined, what);
      if (REFUSED_UNREAD.has(reply.status)) {
        assert.deepEqual(reply.setCookies, [], what);
        if (before !== undefined) assert.equal(await dump(fixture.database), before, `something changed: ${what}`);
      }
      if (reply.body?.flow) steps.add(reply.body.flow.step?.type);
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
    }
    assert.deepEqual(
      logger.lines.filter((line) => line.startsWith('a request failed')),
      [],
    );
    t.diagnostic(`${JSON.stringify(Object.fromEntries(statuses))} ${[...steps].join(' ')}`);
    // A run in which all requests are refused immediately proves nothing.
    for (const status of [200, 201, 400, 404]) assert.ok(statuses.has(status), `no response was ${status}`);
    assert.ok(steps.size >= 3, `only the steps ${[...steps].join(', ')} were seen`);
  },
);

/** Returns ids, names and secrets that exist on this server, and some that do not. */
const wordsOf = ({ user, flow, deviceId, eventId }: Owner): readonly string[] => [
  ...[user.organisation, user.username, user.password, user.code(), user.code(-1), user.recoveryCodes[0] ?? ''],
  ...['beta', 'gamma', 'nobody', '000000', 'a', 'en', '1d', 'user@mail.example', 'https://alpha.example/home'],
  ...[flow.id, flow.token, user.factorId, deviceId, eventId, 'S'.repeat(43), 'password', 'totp', 'organisation'],
];

function requestOf(document: ApiDocument, dice: Chance, owner: Owner): Request {
  // Most requests go to flows, because they have the most states.
  const deep = Array.from({ length: 14 }, (_, n) => (n < 4 ? '/flows' : '/flows/{id}'));
  const templates = [...Object.keys(document.paths), ...deep];
  const picked = dice.pick(templates);
  // The stream of a flow that waits for a phone does not end.
  const isWaiting = owner.flow.reply.body?.flow?.step?.state !== undefined;
  const template = picked.endsWith('/events') && isWaiting ? '/flows/{id}' : picked;
  const operations = Object.entries(document.paths[template] ?? {});
  // Most cancellations are replaced by another method, because a cancelled flow can't continue.
  const candidates = operations.filter(([name]) => name !== 'delete' || dice.below(6) === 0);
  const [method, operation] = dice.pick(candidates.length > 0 ? candidates : operations);
  const { user, flow, deviceId, eventId } = owner;
  const own = template.startsWith('/flows') ? flow.id : template.includes('factors') ? user.factorId : deviceId;
  const id = dice.pick([own, own, own, own, own, own, eventId, 'x', '%00', 'A'.repeat(65), '-']);
  const query =
    dice.below(8) === 0 ? dice.pick(['?q=a', '?q=%00', '?x=1', '?q=a&q=b', '?forget=device', '?__proto__=1']) : '';
  return { path: template.replace('{id}', id) + query, template, method, operation };
}

/** Half of the bodies advance a flow: they start it up to the code step, or have an input for its current step. */
function bodyOf(
  { components }: ApiDocument,
  dice: Chance,
  { user, flow }: Owner,
  { template, operation }: Request,
  value: (schema: Schema) => unknown,
): unknown {
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (!schema || dice.below(2) === 0) return schema && value(schema);
  if (template === '/flows') return { kind: 'login', inputs: first(user) };
  const step = flow.reply.body?.flow?.step?.type;
  const inputs = Object.values(components.schemas).filter(({ properties }) => properties?.step?.const === step);
  return template === '/flows/{id}' && inputs.length > 0 ? { inputs: [value(dice.pick(inputs))] } : value(schema);
}

async function sendAs(dice: Chance, server: TestServer, owner: Owner, request: Request, body: unknown): Promise<Reply> {
  const browser: Browser = dice.below(12) === 0 ? server.browser() : owner.browser;
  const token = dice.below(5) > 0 ? owner.flow.token : dice.pick(['T'.repeat(43), '', undefined]);
  const method = request.method.toUpperCase();
  const reply = await browser.send(method, request.path, { ...(body === undefined ? {} : { body }), token });
  // The following requests continue a flow that was started.
  if (reply.status === 201) owner.flow = { id: reply.body.flow.id, token: reply.body.token, reply };
  else if (reply.body?.flow?.id === owner.flow.id) owner.flow = { ...owner.flow, reply };
  return reply;
}
