/*
 * Threat: a request that is almost right reaches code that believes its types, leaves something half done, or is
 * answered with what no client was told to expect. Every route of the OpenAPI document is fed with values made from its
 * own schemas, with odd ones among them. `TWEESTAP_DRILL_SEED` repeats a run, `TWEESTAP_FUZZ_REQUESTS` says how many
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
/** Of the normal run; the drill has another one each time. */
const SEED = 76;
/** After so many requests there is somebody new: the one before has been logged out, locked or forgotten by then. */
const EACH = 50;
/** What was refused unread or unparsed. Other refusals may count, lock and be audited. */
const REFUSED_UNREAD: ReadonlySet<number> = new Set([400, 405, 413, 415]);

interface Request {
  path: string;
  template: string;
  method: string;
  operation: Operation;
}

withDatabases(
  'R76: fuzzed by its own document, every route gives documented answers and nothing below 500 breaks',
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
      if (sent % EACH === EACH - 1) owner = await ownerOf(server, 'alpha', `user${sent}`);
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
    // A walk that is refused at the door decides nothing.
    for (const status of [200, 201, 400, 404]) assert.ok(statuses.has(status), `no answer was ${status}`);
    assert.ok(steps.size >= 3, `only the steps ${[...steps].join(', ')} were seen`);
  },
);

/** Ids, names and secrets that mean something to this server, and some that don't. */
const wordsOf = ({ user, flow, deviceId, eventId }: Owner): readonly string[] => [
  ...[user.organisation, user.username, user.password, user.code(), user.code(-1), user.recoveryCodes[0] ?? ''],
  ...['beta', 'gamma', 'nobody', '000000', 'a', 'en', '1d', 'user@mail.example', 'https://alpha.example/home'],
  ...[flow.id, flow.token, user.factorId, deviceId, eventId, 'S'.repeat(43), 'password', 'totp', 'organisation'],
];

function requestOf(document: ApiDocument, dice: Chance, owner: Owner): Request {
  // Flows are where the depth is.
  const deep = Array.from({ length: 14 }, (_, n) => (n < 4 ? '/flows' : '/flows/{id}'));
  const templates = [...Object.keys(document.paths), ...deep];
  const template = dice.pick(templates);
  const operations = Object.entries(document.paths[template] ?? {});
  // A flow that was cancelled leads nowhere: most of them are another request.
  const wished = operations.filter(([name]) => name !== 'delete' || dice.below(6) === 0);
  const [method, operation] = dice.pick(wished.length > 0 ? wished : operations);
  const { user, flow, deviceId, eventId } = owner;
  const own = template.startsWith('/flows') ? flow.id : template.includes('factors') ? user.factorId : deviceId;
  const id = dice.pick([own, own, own, own, own, own, eventId, 'x', '%00', 'A'.repeat(65), '-']);
  const query =
    dice.below(8) === 0 ? dice.pick(['?q=a', '?q=%00', '?x=1', '?q=a&q=b', '?forget=device', '?__proto__=1']) : '';
  return { path: template.replace('{id}', id) + query, template, method, operation };
}

/** Half of the requests get far into a flow: a start up to the code, and inputs of the step that is asked. */
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
  // A flow that was begun is gone on with.
  if (reply.status === 201) owner.flow = { id: reply.body.flow.id, token: reply.body.token, reply };
  else if (reply.body?.flow?.id === owner.flow.id) owner.flow = { ...owner.flow, reply };
  return reply;
}
