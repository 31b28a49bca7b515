/*
 * Threats: a password or a link is sent in the clear because the server offers no encryption; an address injects further
 * recipients or headers.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSmtp } from './smtp.ts';
import { parseSmtpAddress } from './smtp-address.ts';
import { type MailServer, type MailServerOptions, startMailServer } from './testing/mail-server.ts';
import { smtpTo } from './testing/smtp-to.ts';
import { MailFailure, type OutgoingMail } from './transport.ts';

const mail: OutgoingMail = {
  ...{ messageId: '<m1@portal.example>', date: Date.UTC(2026, 0, 1), from: 'Clinic', to: 'anna@clinic.example' },
  ...{ subject: 'Hello', text: 'Hello', html: '<p>Hello</p>', language: 'en' },
};
const signal = (): AbortSignal => AbortSignal.timeout(5000);

async function withServer(options: MailServerOptions, run: (server: MailServer) => Promise<void>): Promise<void> {
  const server = await startMailServer(options);
  try {
    await run(server);
  } finally {
    await server.close();
  }
}

const failsAs =
  (reason: string, kind: { permanent: boolean; outage: boolean }) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof MailFailure, String(error));
    assert.deepEqual([error.reason, error.permanent, error.outage], [reason, kind.permanent, kind.outage]);
    return true;
  };

test('a server that is not on the loopback interface receives nothing before the connection is encrypted', async () => {
  await withServer({}, async (server) => {
    const elsewhere = {
      ...parseSmtpAddress(server.address),
      from: 'portal@clinic.example',
      tls: true,
      user: 'u',
      password: 'p',
    };
    const sent = createSmtp(elsewhere).send(mail, signal());
    await assert.rejects(sent, failsAs('tls', { permanent: false, outage: true }));
    assert.equal(server.seen.length, 0);
  });
});

test('a refused SMTP login counts as an outage, not as a failure of the email', async () => {
  const options: MailServerOptions = {
    authOptional: false,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, callback) =>
      auth.password === 'right' ? callback(null, { user: 'u' }) : callback(new Error('no')),
  };
  await withServer(options, async (server) => {
    const as = (password: string) =>
      createSmtp({ ...parseSmtpAddress(server.address), from: 'portal@clinic.example', user: 'u', password }).send(
        mail,
        signal(),
      );
    await assert.rejects(as('wrong'), failsAs('auth', { permanent: false, outage: true }));
    await as('right');
    assert.equal(server.received.length, 1);
  });
});

test('an email to a stored address that is not exactly one address is refused', async () => {
  await withServer({}, async (server) => {
    for (const to of ['a@b.example, c@d.example', 'a@b.example\r\nBcc: c@d.example', 'A <a@b.example>', '']) {
      const sent = smtpTo(server.address).send({ ...mail, to }, signal());
      await assert.rejects(sent, failsAs('bad-address', { permanent: true, outage: false }));
    }
    assert.equal(server.seen.length, 0);
  });
});

test("R78: an organisation's name can't inject a header or a second sender", async () => {
  await withServer({}, async (server) => {
    const from = 'Clinic" <evil@elsewhere.example>, "x';
    await smtpTo(server.address).send({ ...mail, from, subject: 'Hi\r\nX-Evil: yes' }, signal());
    const [{ raw = '' } = {}] = server.received;
    const head = raw.split('\r\n\r\n')[0] ?? '';
    assert.doesNotMatch(head, /^X-Evil/m);
    assert.match(head, /^From: .*<portal@clinic\.example>$/m);
    assert.equal(head.match(/^From:/gm)?.length, 1);
    assert.match(head, /^Message-ID: <m1@portal\.example>$/m);
  });
});

test('an aborted signal ends an attempt that is running', async () => {
  await withServer({}, async (server) => {
    server.behave({ delay: 60_000 });
    const stop = new AbortController();
    const slow = smtpTo(server.address).send(mail, stop.signal);
    setTimeout(() => stop.abort(), 100);
    await assert.rejects(slow, failsAs('timeout', { permanent: false, outage: true }));
  });
});
