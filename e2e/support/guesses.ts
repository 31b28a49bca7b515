import { randomBytes } from 'node:crypto';
import { type APIRequestContext, expect } from '@playwright/test';
import type { TestUser } from './users.ts';

/** Guesses the password of a user ten times, from an address of its own. After that, the password is locked. */
export async function guessPassword(
  request: APIRequestContext,
  { organisation, username }: Pick<TestUser, 'organisation' | 'username'>,
): Promise<void> {
  const headers = { 'x-forwarded-for': `10.${[...randomBytes(3)].join('.')}` };
  const names = [
    { step: 'organisation', organisation },
    { step: 'username', username },
  ];
  const start = await request.post('/mfa/v1/flows', { headers, data: { kind: 'login', inputs: names } });
  const { flow, token } = await start.json();
  const submit = { ...headers, authorization: `Bearer ${token}` };
  const guesses = Array.from({ length: 10 }, async (_, guess) => {
    const inputs = [{ step: 'password', password: `wrong password number ${guess}` }];
    const response = await request.post(`/mfa/v1/flows/${flow.id}`, { headers: submit, data: { inputs } });
    expect(response.status()).toBe(422);
  });
  await Promise.all(guesses);
}
