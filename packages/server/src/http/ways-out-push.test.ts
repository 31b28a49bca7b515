/* Threat: a stranger who knows the password uses up the requests of the user's phone, and so locks the user out. */
import assert from 'node:assert/strict';
import { PhoneClient } from './testing/phone-client.ts';
import { first, start, submit, withServer } from './testing/server.ts';
import { type PushWayOut, pushWaysOut } from './testing/ways-out-push.ts';

const TEN_MINUTES = 10 * 60_000;

withServer(
  'R91 each way out of the limits of a phone works, with and without email, on any device',
  async ({ server, fixture }) => {
    for (const [index, row] of pushWaysOut.entries()) {
      const { limit, email, device, way } = row;
      const user = await server.user('alpha', `user${index}`);
      const { phone } = await server.phone(user);
      if (email) {
        const address = { email: `${user.username}@mail.example` };
        await fixture.database.write((tx) =>
          tx.updateTable('accounts').set(address).where('id', '=', user.id).execute(),
        );
      }
      const here = server.browser();
      if (device === 'known') {
        const flow = await start(here, 'login', first(user));
        await submit(
          here,
          flow,
          { step: 'push', action: 'switch', method: 'totp' },
          { step: 'totp', code: user.code() },
        );
        fixture.clock.advance(TEN_MINUTES);
      }
      await reach(row, new PhoneClient(server.browser(), phone), () => atPush(server.browser()));
      if (way === 'wait') fixture.clock.advance(TEN_MINUTES + 1);
      const flow = await atPush(here);
      assert.equal(flow.state, way === 'wait' ? 'pending' : 'stopped', `${limit}: ${way}`);
      const code = way === 'use the app' ? user.code() : user.recoveryCodes[0];
      const method = way === 'use the app' ? 'totp' : 'recovery-code';
      let done = way === 'wait' ? await approved(here, flow) : await typed(here, flow, { method, code });
      if (limit === 'a denied request') {
        assert.equal(done.body.flow.step.type, 'new-password', done.text);
        done = await submit(here, flow, { step: 'new-password', password: `a lamp beside canal ${index}` });
      }
      assert.equal(done.body.flow.status, 'done', done.text);

      async function atPush(browser: typeof here) {
        const held = await start(browser, 'login', first(user));
        const { type } = held.reply.body.flow.step;
        const shown =
          type === 'push' ? held.reply : await submit(browser, held, { step: type, action: 'switch', method: 'push' });
        return { ...held, state: shown.body.flow.step.state as string, number: shown.body.flow.step.number as string };
      }
      async function approved(browser: typeof here, held: Awaited<ReturnType<typeof atPush>>) {
        const client = new PhoneClient(server.browser(), phone);
        const [request] = await client.requests();
        assert.ok(request);
        await client.answer(request, 'approve', held.number);
        return await submit(browser, held, { step: 'push', action: 'poll' });
      }
    }
  },
);

/** A stranger with the password sends three requests, or the user denies one of them. */
async function reach({ limit }: PushWayOut, client: PhoneClient, login: () => Promise<unknown>): Promise<void> {
  for (let count = 0; count < (limit === 'a denied request' ? 1 : 3); count += 1) await login();
  if (limit !== 'a denied request') return;
  const [request] = await client.requests();
  assert.ok(request);
  assert.equal((await client.answer(request, 'deny')).status, 200);
}

async function typed(
  browser: Parameters<typeof submit>[0],
  flow: Parameters<typeof submit>[1],
  { method, code }: { method: string; code: string | undefined },
) {
  return await submit(browser, flow, { step: 'push', action: 'switch', method }, { step: method, code });
}
