import { codeNow, whenCodeLasts } from './support/codes.ts';
import { type OtherPortal, startPortal } from './support/other-portal.ts';
import { type OwnServer, startOwnServer } from './support/own-server.ts';
import { freePort } from './support/server-process.ts';
import { expect, test } from './support/test.ts';
import { newUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

// A header of its own would need the permission of the server in a request to another origin.
test.use({ extraHTTPHeaders: {} });

const organisation = { id: 'de-linde', name: 'De Linde' };

/** The server lists the portal's origin, and the portal has the server's. Both need a port first. */
async function withPortals(
  run: (own: {
    server: OwnServer;
    portal: OtherPortal;
    forgetful: OtherPortal;
    stranger: OtherPortal;
  }) => Promise<void>,
) {
  const made: { close(): Promise<void> }[] = [];
  try {
    const port = await freePort();
    const login = `http://localhost:${port}`;
    const portal = await startPortal(login, organisation.id);
    const forgetful = await startPortal(login, organisation.id, { nonce: false });
    const stranger = await startPortal(login, organisation.id);
    made.push(portal, forgetful, stranger);
    const portals = [{ origin: portal.origin }, { origin: forgetful.origin }];
    const server = await startOwnServer({ organisations: [organisation], portals }, { port });
    made.push(server);
    await run({ server, portal, forgetful, stranger });
  } finally {
    for (const each of made.reverse()) await each.close();
  }
}

test('R75 R68: a portal on another origin logs a user in without cookies of the server, and makes its own session', async ({
  page,
  context,
}) => {
  await withPortals(async ({ server, portal }) => {
    const user = newUser({});
    await server.addUser(user);
    const bodies: string[] = [];
    page.on('response', async (response) => {
      if (response.url().startsWith(`${server.origin}/mfa/v1/flows`)) bodies.push(await response.text());
    });
    const tokens: string[] = [];
    page.on('request', (request) => {
      const token = request.headers().authorization;
      if (token) tokens.push(token);
    });
    await page.goto(portal.origin);
    const widget = new Widget(page);
    await whenCodeLasts(10);
    await widget.nameAndPassword(user);
    await expect(widget.code).toBeVisible();
    await expect(widget.remember).toBeHidden();
    await widget.typeCode(codeNow(user.secret));
    await expect(page.getByRole('heading', { name: `Hello ${user.username}` })).toBeVisible();
    const cookies = await context.cookies();
    expect(cookies.map(({ name }) => name)).toEqual(['portal']);

    // A stolen assertion is refused: in the same portal, in another browser, and by another portal.
    const [assertion = ''] = portal.assertions;
    expect(assertion.split('.')).toHaveLength(3);
    const send = (to: string, cookie = '') =>
      fetch(`${to}/session`, { method: 'POST', body: assertion, headers: { cookie } }).then((reply) => reply.text());
    const { headers } = await fetch(portal.origin);
    const thief = headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(await send(portal.origin, thief)).toBe('wrong-nonce');
    expect(await send(portal.origin)).toBe('wrong-nonce');

    // With the token of the flow, a page of another origin gets nothing.
    const { id } = JSON.parse(bodies.at(-1) ?? '{}').flow;
    for (const origin of ['http://localhost:1', server.origin, undefined]) {
      const given = { authorization: tokens[0] ?? '', ...(origin ? { origin } : {}) };
      const reply = await fetch(`${server.origin}/mfa/v1/flows/${id}`, { headers: given });
      expect(reply.status).toBe(404);
      expect(reply.headers.get('access-control-allow-origin')).toBeNull();
    }
    const again = await fetch(`${server.origin}/mfa/v1/flows/${id}`, {
      headers: { authorization: tokens[0] ?? '', origin: portal.origin },
    });
    const { flow } = (await again.json()) as { flow: { step: object } };
    expect(flow.step).toMatchObject({ type: 'done' });
    expect(flow.step).not.toHaveProperty('assertion');
  });
});

test('R68: an assertion is refused a second time by the session that it belongs to', { tag: '@drill' }, async ({
  page,
}) => {
  await withPortals(async ({ server, portal }) => {
    const user = newUser({});
    await server.addUser(user);
    let copies: string[] = [];
    // The network of the user sends the assertion twice, at the same time.
    await page.route('**/session', async (route) => {
      const request = route.request();
      const body = request.postData() ?? '';
      const cookie = (await request.allHeaders()).cookie ?? '';
      const send = () => fetch(request.url(), { method: 'POST', body, headers: { cookie } });
      const replies = await Promise.all([send(), send(), send()]);
      copies = await Promise.all(replies.map(async (reply) => `${reply.status} ${await reply.text()}`));
      await route.fulfill({ status: 403, body: 'copied' });
    });
    await page.goto(portal.origin);
    const widget = new Widget(page);
    await whenCodeLasts(10);
    await widget.nameAndPassword(user);
    await widget.typeCode(codeNow(user.secret));
    await expect(page).toHaveTitle('copied');
    expect(copies.sort()).toEqual(['204 ', '403 used', '403 used']);
  });
});

test('R95: a page on an origin that is not listed, or without a nonce, names the setting once in the console', {
  tag: '@drill',
}, async ({ page }) => {
  await withPortals(async ({ server, stranger, forgetful }) => {
    const warnings: string[] = [];
    page.on('console', (message) => {
      if (message.text().startsWith('<mfa-login>')) warnings.push(message.text());
    });
    await page.goto(stranger.origin);
    const widget = new Widget(page);
    await widget.username.fill('anna');
    await widget.button('Continue').click();
    await expect(widget.error).toHaveText('This page can’t reach the login service. Try again later.');
    await expect.poll(() => warnings).toHaveLength(1);
    expect(warnings[0]).toContain('option portals');
    expect(server.log.filter((line) => line.includes(stranger.origin) && line.includes('portals'))).toHaveLength(1);

    await page.goto(forgetful.origin);
    await widget.username.fill('anna');
    await widget.button('Continue').click();
    await expect.poll(() => warnings).toHaveLength(2);
    expect(warnings[1]).toContain('assertion-nonce');
  });
});
