import type { OrganisationInput } from '../../organisations/schema.ts';
import { MAX_CODES } from '../../push/confirm-device.ts';
import { Phone } from '../../push/testing/phone.ts';
import { DEFAULT_THROTTLE } from '../../throttle/throttle.ts';
import type { Browser, Reply } from './browser.ts';
import { type Held, type Hostile, PARALLEL, repeated } from './hostile-kind.ts';
import { AUDIENCE } from './phone-client.ts';
import { first, start, submit, type TestServer } from './server.ts';

/*
 * What a stranger can send to the routes of phones, and to the steps that link and ask them (R93).
 */

/** The organisation whose users set up a phone. */
export const phoneOrganisation: OrganisationInput = {
  id: 'phones',
  name: 'Phones',
  policy: { methods: [{ method: 'push' }] },
};

/** QR codes for one account that one address may request in a window. */
const LINKS = DEFAULT_THROTTLE.perAccount + PARALLEL;

const clock = (): number => Date.UTC(2026, 0, 1);

/** The phone of a stranger, which is linked to no account. */
const strangers = Phone.create(clock);

/** Sends an input to one of the flows. */
function input(held: Held | undefined, n: number, headers: Record<string, string>, sent: object): Promise<Reply> {
  const { browser, id, token } = held?.flows?.[n % PARALLEL] ?? {};
  if (!browser || !token) throw new Error('The attack has no flows.');
  return browser.post(`/flows/${id}`, { inputs: [sent] }, { token, headers });
}

async function manyFlows(open: () => Promise<Held>): Promise<Held> {
  const one = await open();
  const flows = [one];
  while (flows.length < PARALLEL) flows.push(await open());
  return { ...one, flows };
}

/** Logs in with the password of a user without a phone, up to the QR code. */
async function atLink(server: TestServer, username: string): Promise<Held> {
  const { id: organisation } = phoneOrganisation;
  const user = await server.user(organisation, username, { factor: false });
  const email = `${username}@mail.example`;
  const actor = { role: 'administrator', name: 'root' } as const;
  await server.tweestap.admin.changeEmail({ actor, reason: 'a test', organisation, account: username, email });
  return await manyFlows(async () => {
    const browser = server.browser();
    const held = await start(browser, 'login', first(user));
    const reply = await submit(browser, held, { step: 'enroll-offer', action: 'accept' });
    return { ...held, reply, browser };
  });
}

/** Logs in with the password of a user with a phone, up to the step that waits for it. */
async function atPush(server: TestServer, username: string): Promise<Held> {
  const user = await server.user('alpha', username, { factor: false });
  await server.phone(user);
  return await manyFlows(async () => {
    const browser = server.browser();
    return { ...(await start(browser, 'login', first(user))), browser };
  });
}

interface PhoneAsk {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: object;
}

/** Sends a request of a phone, with its proof of possession. */
async function sendAs(phone: Phone | undefined, browser: Browser, ask: PhoneAsk): Promise<Reply> {
  if (!phone) throw new Error('The attack has no phone.');
  const { method, path, headers, body } = ask;
  const dpop = await phone.proof(method, AUDIENCE + path);
  return await browser.send(method, path, { ...(body ? { body } : {}), headers: { ...headers, dpop } });
}

/** Opens the link of a QR code with a new phone. */
async function scan(browser: Browser, { body }: Reply, headers: Record<string, string>) {
  const phone = await Phone.create(clock);
  const link = String(body.flow?.step.uri).split('#mfa-push=')[1] ?? 'L'.repeat(43);
  const sent = { link, publicKey: phone.publicKey };
  return { phone, reply: await sendAs(phone, browser, { method: 'POST', path: '/push/devices', headers, body: sent }) };
}

const renew = { step: 'enroll-push', action: 'resend' };

export const hostilePhones: readonly Hostile[] = [
  {
    name: 'QR codes that link a phone, with a right password',
    prepare: (server) => atLink(server, 'unlinked'),
    send: (_browser, { n, headers, held }) => input(held, n, headers, renew),
    bound: () => ({ ...repeated, push_links: LINKS, counters: 2 }),
  },
  {
    name: 'new phones that open such a QR code',
    prepare: (server) => atLink(server, 'scanned'),
    async send(browser, { n, headers, held }) {
      return (await scan(browser, await input(held, n, headers, renew), headers)).reply;
    },
    bound: () => ({
      ...{ push_links: LINKS, used_ids: LINKS, signals: LINKS, outbox: LINKS, audit: LINKS + 1 },
      // A new QR code replaces the phone that opened the one before it.
      ...{ push_devices: PARALLEL, counters: 2, refusals: 1 },
    }),
  },
  {
    name: 'wrong codes for such a phone',
    async prepare(server) {
      const held = await atLink(server, 'confirmed');
      const { phone, reply } = await scan(server.browser(), held.reply, {});
      return { ...held, phone, device: reply.body.device.id };
    },
    send: (browser, { headers, held }) => {
      const path = `/push/devices/${held?.device}/confirm`;
      return sendAs(held?.phone, browser, { method: 'POST', path, headers, body: { code: '000000' } });
    },
    bound: () => ({ used_ids: MAX_CODES + PARALLEL }),
  },
  {
    name: 'requests for approval with a right password',
    prepare: (server) => atPush(server, 'tired'),
    send: (_browser, { n, headers, held }) => input(held, n, headers, { step: 'push', action: 'resend' }),
    // The account has had its three requests in ten minutes with the passwords.
    bound: () => repeated,
  },
  {
    name: 'unknown phones, and links that do not exist',
    async send(browser, { n, headers }) {
      const phone = await strangers;
      if (n % 2) return await sendAs(phone, browser, { method: 'GET', path: '/push/requests', headers });
      const body = { link: 'L'.repeat(43), publicKey: phone.publicKey };
      return await sendAs(phone, browser, { method: 'POST', path: '/push/devices', headers, body });
    },
    bound: () => ({}),
  },
  {
    name: 'requests of a linked phone',
    async prepare(server) {
      const { phone } = await server.phone(await server.user('alpha', 'own-phone', { factor: false }));
      return { ...(await start(server.browser())), phone };
    },
    send: (browser, { n, headers, held }) => {
      const path = n % 2 ? '/push/requests' : `/push/requests/${'R'.repeat(22)}`;
      return sendAs(held?.phone, browser, { method: 'GET', path, headers });
    },
    // Each proof is stored until it would be refused because of its age.
    bound: (count) => ({ used_ids: count }),
  },
];
