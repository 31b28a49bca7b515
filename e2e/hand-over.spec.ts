import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import {
  contentPolicy,
  type OwnServer,
  type Site,
  serveElements,
  startOwnServer,
  startSite,
} from './support/own-server.ts';
import { expect, test } from './support/test.ts';
import { newUser, type TestUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = publicKey.export({ format: 'jwk' }) as never;

/** The pupil-tracking system of a school, in which the user is logged in. It keeps the last token. */
interface School extends Site {
  tokens: string[];
}

/** Signs a token, without code of the packages. */
function signed(claims: object): string {
  const parts = [{ alg: 'ES256', typ: 'hand-over+jwt' }, claims];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${text}.${sign('sha256', Buffer.from(text), options).toString('base64url')}`;
}

/** A page that posts a form at once, as the page of the school does. */
const formTo = (address: string, token: string): string =>
  `<!doctype html><title>School</title><form method="post" action="${address}">` +
  `<input type="hidden" name="token" value="${token}"></form><script>document.forms[0].submit()</script>`;

async function startSchool(portal: () => string, amr: string[]): Promise<School> {
  const tokens: string[] = [];
  const makeToken = (issuer: string, nonce: string): string => {
    const iat = Math.floor(Date.now() / 1000);
    const names = { iss: issuer, aud: `${portal()}/mfa/v1`, sub: '4711', organisation: 'de-linde', nonce, amr };
    return signed({ ...names, jti: randomUUID(), iat, exp: iat + 60 });
  };
  const site = await startSite((req, res) => {
    const url = new URL(req.url ?? '', 'http://school');
    if (url.pathname !== '/hand-over') return void res.writeHead(404).end();
    const token = makeToken(origin, url.searchParams.get('nonce') ?? '');
    tokens.push(token);
    res.setHeader('content-type', 'text/html').end(formTo(`${portal()}/arrive`, token));
  });
  // Another site than that of the portal, so the browser sends no cookie with the form.
  const origin = site.origin.replace('localhost', '127.0.0.1');
  return { ...site, origin, tokens };
}

/** The portal: its page for users of the school, the page that gets the form, and a page with a session. */
function portalPages(school: () => string) {
  const script = () => `const { nonce } = await (await fetch('/mfa/v1/hand-over', { method: 'POST' })).json();
location.assign('${school()}/hand-over?nonce=' + nonce);`;
  return async (
    req: IncomingMessage,
    res: ServerResponse,
    { tweestap }: Pick<OwnServer, 'tweestap'>,
  ): Promise<void> => {
    if (serveElements(req, res)) return;
    if (req.url === '/from-school.js') return void res.setHeader('content-type', 'text/javascript').end(script());
    if (req.url === '/home') {
      return tweestap.requireSession()(req, res, () =>
        res.setHeader('content-type', 'text/html').end('<h1>At home</h1>'),
      );
    }
    const token = req.method === 'POST' ? (new URLSearchParams(await text(req)).get('token') ?? '') : '';
    res.setHeader('content-type', 'text/html').setHeader('content-security-policy', contentPolicy());
    const src = req.url === '/from-school' ? '/from-school.js' : '/elements/mfa-login.js';
    const handOver = /^[\w.-]+$/.test(token) ? `hand-over="${token}"` : '';
    const widget = `<mfa-login organisation="de-linde" ${handOver} return-to="/home"></mfa-login>`;
    const body = req.url === '/from-school' ? '' : widget;
    res.end(
      `<!doctype html><html lang="en"><title>Portal</title>${body}<script type="module" src="${src}"></script></html>`,
    );
  };
}

async function withSchool(
  { amr, proves }: { amr: string[]; proves: 'password' | 'factor' },
  run: (own: { school: School; portal: OwnServer; user: TestUser; other: TestUser }) => Promise<void>,
): Promise<void> {
  let portal: OwnServer | undefined;
  const school = await startSchool(() => portal?.origin ?? '', amr);
  try {
    const system = { issuer: school.origin, name: 'School', keys: [key], proves };
    const organisation = { id: 'de-linde', name: 'De Linde', policy: { handOver: [system] } };
    const page = portalPages(() => school.origin);
    portal = await startOwnServer({ organisations: [organisation] }, { page: (...given) => void page(...given) });
    const user = newUser({});
    await portal.addUser(user, { externalId: '4711' });
    const other = newUser({});
    await portal.addUser(other);
    await run({ school, portal, user, other });
  } finally {
    await school.close();
    await portal?.close();
  }
}

test('K11 a user who is logged in at the school arrives in the portal without a password, and with the second factor if the school has none', async ({
  page,
}) => {
  await withSchool({ amr: ['pwd'], proves: 'password' }, async ({ school, portal, user }) => {
    const addresses: string[] = [];
    page.on('request', (request) => void addresses.push(request.url(), request.headers().referer ?? ''));
    await page.goto(`${portal.origin}/from-school`);
    const widget = new Widget(page);
    await expect(widget.code).toBeVisible();
    await whenCodeLasts(10);
    await widget.typeCode(codeNow(user.secret));
    await expect(page.getByRole('heading', { name: 'At home' })).toBeVisible();
    const [token = ''] = school.tokens;
    expect(token.split('.')).toHaveLength(3);
    expect(addresses.filter((address) => address.includes(token.slice(-40)))).toEqual([]);
  });
});

test('K11 a school that has asked for a second factor itself, and is trusted with it, spares its users the whole login', {
  tag: '@drill',
}, async ({ page, browser }) => {
  await withSchool({ amr: ['pwd', 'mfa'], proves: 'factor' }, async ({ school, portal }) => {
    await page.goto(`${portal.origin}/from-school`);
    await expect(page.getByRole('heading', { name: 'At home' })).toBeVisible();

    // An attacker lets the browser of another user post a token: the one of this login, and a fresh one of the attacker's own.
    const nonce = await (await fetch(`${portal.origin}/mfa/v1/hand-over`, { method: 'POST' })).json();
    await fetch(`${school.origin}/hand-over?${new URLSearchParams(nonce as Record<string, string>)}`);
    for (const token of school.tokens) {
      const other = await browser.newContext();
      const victim = await other.newPage();
      await victim.setContent(formTo(`${portal.origin}/arrive`, token));
      const widget = new Widget(victim);
      await expect(widget.error).toHaveText(
        'We couldn’t log you in from the other system. Log in here, or try again from there.',
      );
      await victim.goto(`${portal.origin}/home`);
      await expect(victim.getByRole('heading', { name: 'At home' })).toBeHidden();
      await other.close();
    }
    expect(school.tokens).toHaveLength(2);
  });
});

test('K11 a user whose hand-over is refused can log in with the password', { tag: '@drill' }, async ({ page }) => {
  await withSchool({ amr: ['pwd'], proves: 'password' }, async ({ portal, other }) => {
    await page.setContent(formTo(`${portal.origin}/arrive`, 'e30.e30.e30'));
    const widget = new Widget(page);
    await expect(widget.error).toContainText('from the other system');
    await widget.button('Try again').click();
    await widget.nameAndPassword(other);
    await whenCodeLasts(10);
    await widget.typeCode(codeNow(other.secret));
    await expect(page.getByRole('heading', { name: 'At home' })).toBeVisible();
  });
});
