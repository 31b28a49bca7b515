import { randomBytes } from 'node:crypto';
import { expect } from '@playwright/test';
import { test as base } from './openapi.ts';
import { policyReports } from './policy-reports.ts';
import { keepSecretsOf } from './secrets.ts';
import { type NewUser, newUser, type TestUser } from './users.ts';

export { expect };

interface Fixtures {
  /** What pages reported against the policy; none at the end of every test (R77). */
  policy: () => readonly string[];
  /** A user of De Linde with an authenticator and recovery codes, of this test's own. */
  user: TestUser;
  addUser: (wish?: NewUser) => Promise<TestUser>;
  /** Does what the help desk can do. */
  admin: (verb: string, user: Pick<TestUser, 'organisation' | 'username'>) => Promise<void>;
}

/** Playwright's `test` with people of each test's own; every answer and every page is held to its word. */
export const test = base.extend<Fixtures>({
  // An address of its own for each test: what one test gets wrong is not held against another.
  extraHTTPHeaders: async ({ baseURL: _ }, use) => {
    const [a, b, c] = randomBytes(3);
    await use({ 'x-forwarded-for': `10.${a}.${b}.${c}` });
  },
  policy: [
    async ({ context }, use) => {
      const reports = await policyReports(context);
      await use(reports);
      expect(reports()).toEqual([]);
    },
    { auto: true },
  ],
  addUser: async ({ request }, use) => {
    await use(async (wish = {}) => {
      const user = newUser(wish);
      keepSecretsOf(user);
      const answer = await request.post('/demo/admin/addPerson', { data: user.asked });
      expect(answer.status(), await answer.text()).toBe(200);
      return user;
    });
  },
  user: async ({ addUser }, use) => use(await addUser()),
  admin: async ({ request }, use) => {
    await use(async (verb, { organisation, username }) => {
      const data = {
        actor: { role: 'administrator', name: 'e2e' },
        organisation,
        account: username,
        reason: 'asked by phone',
      };
      const answer = await request.post(`/demo/admin/${verb}`, { data });
      expect(answer.status(), await answer.text()).toBe(200);
    });
  },
});
