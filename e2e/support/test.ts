import { randomBytes } from 'node:crypto';
import { expect } from '@playwright/test';
import { test as base } from './openapi.ts';
import { policyReports } from './policy-reports.ts';
import { collectSecretsOf } from './secrets.ts';
import { type NewUser, newUser, type TestUser } from './users.ts';

export { expect };

interface Fixtures {
  /** The violations of the Content-Security-Policy. A test fails when there is one at its end (R77). */
  policy: () => readonly string[];
  /** A new user of De Linde with an authenticator and recovery codes. */
  user: TestUser;
  addUser: (options?: NewUser) => Promise<TestUser>;
  /** Calls an admin verb for a user. */
  admin: (verb: string, user: Pick<TestUser, 'organisation' | 'username'>) => Promise<void>;
}

/** Playwright's `test` with new users for each test. It checks every response of the API and the policy of every page. */
export const test = base.extend<Fixtures>({
  // Each test has its own IP address, because the attempts of one test must not throttle another.
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
    await use(async (options = {}) => {
      const user = newUser(options);
      collectSecretsOf(user);
      const response = await request.post('/demo/admin/addUser', { data: user.request });
      expect(response.status(), await response.text()).toBe(200);
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
        reason: 'phone call',
      };
      const response = await request.post(`/demo/admin/${verb}`, { data });
      expect(response.status(), await response.text()).toBe(200);
    });
  },
});
