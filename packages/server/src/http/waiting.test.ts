/* Threat: a waiting screen misses the answer of the phone, goes on after its flow has ended, or holds a connection for a stranger. */
import assert from 'node:assert/strict';
import { givePhone } from '../push/testing/give-phone.ts';
import { sqliteForTests } from '../store/testing/databases.ts';
import { keyring } from './testing/organisations.ts';
import { AUDIENCE, openEvents, PhoneClient } from './testing/phone-client.ts';
import { first, serve, start, submit, type TestServer, type World, withServer } from './testing/server.ts';

const poll = { step: 'push', action: 'poll' };
/** In ms: the limit on a busy machine. The goal of the issue, 300 ms, is measured by the drill on a quiet one. */
const PROMPT = 1000;

async function waiting({ server, fixture }: Pick<World, 'server' | 'fixture'>, username = 'anna') {
  const user = await server.user('alpha', username);
  const { phone } = await givePhone({ ...fixture, keyring }, user);
  const client = new PhoneClient(server.browser(), phone);
  const browser = server.browser();
  const flow = await start(browser, 'login', first(user));
  const number: string = flow.reply.body.flow.step.number;
  return { user, phone, client, browser, flow, number };
}

type Waiting = Awaited<ReturnType<typeof waiting>>;

const eventsOf = ({ browser, flow }: Waiting, server: TestServer) =>
  openEvents(`${server.base}/flows/${flow.id}/events`, {
    authorization: `Bearer ${flow.token}`,
    cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  });

async function approve({ client, number }: Waiting): Promise<void> {
  const [request] = await client.requests();
  assert.ok(request);
  assert.equal((await client.answer(request, 'approve', number)).status, 200);
}

withServer('the stream of a flow reports the answer of the phone at once, and ends with the flow', async (world) => {
  const { server } = world;
  const login = await waiting(world);
  const events = await eventsOf(login, server);
  assert.deepEqual([events.status, events.headers['content-type']], [200, 'text/event-stream']);
  assert.match(String(events.headers['cache-control']), /no-store/);
  assert.equal((await events.next())?.event, 'changed', 'the first event comes at once');
  const since = performance.now();
  await approve(login);
  assert.equal((await events.next())?.event, 'changed');
  assert.ok(performance.now() - since < PROMPT);
  assert.equal((await submit(login.browser, login.flow, poll)).body.flow.status, 'done');
  events.close();
});

withServer('a stream needs the token and the cookie of its flow, and a step that waits', async (world) => {
  const { server } = world;
  const login = await waiting(world);
  const path = `/flows/${login.flow.id}/events`;
  assert.equal((await login.browser.get(path)).status, 404);
  assert.equal((await server.browser().get(path, { token: login.flow.token })).status, 404);
  // A stranger without a password can't hold a stream: it ends after the first event.
  const browser = server.browser();
  const flow = await start(browser, 'login');
  const reply = await browser.get(`/flows/${flow.id}/events`, { token: flow.token });
  assert.deepEqual([reply.status, reply.text], [200, 'event: changed\ndata: {}\n\n']);
  const head = await login.browser.send('HEAD', path, { token: login.flow.token });
  assert.deepEqual([head.status, head.text], [200, '']);
});

withServer('a long poll answers after the phone, or at once if the step waits for nothing', async (world) => {
  const login = await waiting(world);
  const { browser, flow, user } = login;
  const since = performance.now();
  const reply = browser.get(`/flows/${flow.id}?wait=25`, { token: flow.token });
  await approve(login);
  assert.equal((await reply).body.flow.step.state, 'approved');
  assert.ok(performance.now() - since < 10_000);
  const again = await browser.get(`/flows/${flow.id}?wait=25`, { token: flow.token });
  assert.equal(again.body.flow.step.state, 'approved');
  const other = world.server.browser();
  const password = await start(other, 'login', first(user).slice(0, 2));
  assert.equal(
    (await other.get(`/flows/${password.id}?wait=25`, { token: password.token })).body.flow.step.type,
    'password',
  );
  const short = await waiting(world, 'bob');
  const { status, body } = await short.browser.get(`/flows/${short.flow.id}?wait=1`, { token: short.flow.token });
  assert.deepEqual([status, body.flow.step.state], [200, 'pending']);
});

withServer('the phone learns of a new request by its stream and by its long poll', async (world) => {
  const { server, browser } = world;
  const login = await waiting(world);
  const { client, phone, user } = login;
  await approve(login);
  const dpop = await phone.proof('GET', `${AUDIENCE}/push/requests`);
  const events = await openEvents(`${server.base}/push/requests`, { dpop });
  const known = await events.next();
  assert.equal(JSON.parse(known?.data ?? '{}').requests.length, 0);
  const polled = client.send('GET', '/push/requests?wait=25');
  await start(browser, 'login', first(user));
  const next = await events.next();
  assert.equal(next?.event, 'requests');
  assert.equal(JSON.parse(next?.data ?? '{}').requests.length, 1);
  assert.equal((await polled).body.requests.length, 1);
  events.close();
});

withServer(
  'R34 a stream ends when the account is revoked, and that of a phone when the phone is removed',
  async (world) => {
    const { server } = world;
    const login = await waiting(world);
    const events = await eventsOf(login, server);
    await events.next();
    const dpop = await login.phone.proof('GET', `${AUDIENCE}/push/requests`);
    const requests = await openEvents(`${server.base}/push/requests`, { dpop });
    await requests.next();
    await server.tweestap.admin.disable({
      actor: { role: 'administrator', name: 'root' },
      reason: 'test',
      organisation: 'alpha',
      account: login.user.username,
    });
    let last = await events.next();
    while (last) last = await events.next();
    let after = await requests.next();
    while (after) after = await requests.next();
    const { status, body } = await login.browser.get(`/flows/${login.flow.id}`, { token: login.flow.token });
    assert.deepEqual([status, body.code], [410, 'flow-expired']);
  },
);

withServer('an answer at another instance reaches the stream', async (world) => {
  const { server, fixture } = world;
  const login = await waiting(world);
  const other = await serve(fixture);
  try {
    const events = await eventsOf(login, server);
    await events.next();
    const elsewhere = new PhoneClient(other.browser(), login.phone);
    await approve({ ...login, client: elsewhere });
    const since = performance.now();
    // On SQLite, another process is noticed by a slow poll.
    let event = await events.next();
    while (
      event &&
      (await login.browser.get(`/flows/${login.flow.id}`, { token: login.flow.token })).body.flow.step.state !==
        'approved'
    ) {
      event = await events.next();
    }
    assert.ok(event, 'the stream has ended');
    assert.ok(performance.now() - since < (fixture.database.dialect === 'sqlite' ? 6000 : PROMPT));
    events.close();
  } finally {
    await other.stop();
  }
});

withServer(
  'closing the server ends streams and long polls, and does not wait for them',
  async (world) => {
    const { fixture } = world;
    const login = await waiting(world);
    const own = await serve(fixture);
    const events = await eventsOf(login, own);
    await events.next();
    const browser = own.browser().sharing(login.browser);
    const reply = browser.get(`/flows/${login.flow.id}?wait=25`, { token: login.flow.token });
    const since = performance.now();
    await own.tweestap.close();
    assert.ok(performance.now() - since < 3000);
    await reply.catch(() => undefined);
    assert.equal(await events.next(), undefined);
    await own.stop();
  },
  { databases: [sqliteForTests] },
);
