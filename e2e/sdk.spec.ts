import { createClient } from '@tweestap/client';
import { codeNow } from './support/codes.ts';
import { lossyFetch } from './support/lossy-fetch.ts';
import { expect, test } from './support/test.ts';

test('the SDK logs in without a browser, and a lost response costs no code and no attempt', async ({
  baseURL,
  user,
}) => {
  const net = lossyFetch();
  const client = createClient({ api: `${baseURL}/mfa/v1`, fetch: net.fetch, wait: async () => {} });
  const { organisation, username, password } = user;
  const begin = () =>
    client.start('login', {
      inputs: [
        { step: 'organisation', organisation },
        { step: 'username', username },
      ],
    });

  const flow = await begin();
  net.lose(2);
  await flow.submit({ step: 'password', password });
  expect(flow.step.type).toBe('totp');

  net.lose(2);
  await expect(flow.submit({ step: 'totp', code: '12345' })).rejects.toMatchObject({ code: 'wrong-code' });
  expect(flow.problem?.problem?.attemptsLeft).toBe(9);

  const code = codeNow(user.secret);
  net.keys();
  net.lose(2);
  await flow.submit({ step: 'totp', code });
  expect(flow.status).toBe('done');
  expect(new Set(net.keys()).size).toBe(1);
  expect((await client.session())?.user.username).toBe(username);

  const again = await begin();
  await again.submit({ step: 'password', password });
  await expect(again.submit({ step: 'totp', code })).rejects.toMatchObject({ code: 'code-used' });

  await client.logOut();
  expect(await client.session()).toBeNull();
});

test('the SDK keeps the cookies of its API where fetch keeps none, and a second client is another browser', async ({
  baseURL,
  user,
}) => {
  const api = `${baseURL}/mfa/v1`;
  const client = createClient({ api });
  const { organisation, username, password } = user;
  const inputs = [
    { step: 'organisation', organisation },
    { step: 'username', username },
    { step: 'password', password },
  ] as const;
  const flow = await client.start('login', { inputs });
  await flow.submit({ step: 'totp', code: codeNow(user.secret) });
  expect((await client.session())?.user.username).toBe(username);
  expect(await createClient({ api }).session()).toBeNull();
  await client.logOut();
  expect(await client.session()).toBeNull();
});
