import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createPasskeys, type PasskeyBrowser } from './passkeys.ts';
import type { MfaProblem } from './problem.ts';
import { creationOptions, requestOptions } from './testing/passkeys.ts';

type Static = NonNullable<PasskeyBrowser['PublicKeyCredential']>;
type Library = Awaited<ReturnType<PasskeyBrowser['load']>>;
type Call = { mediation?: string; publicKey: Record<string, unknown>; signal: AbortSignal };

/** A browser whose `navigator.credentials` is a fake. The library is the real one. */
const browserWith = (
  t: TestContext,
  answer: (call: Call) => Promise<unknown>,
  statics: Static = { isConditionalMediationAvailable: async () => true },
) => {
  const calls: Call[] = [];
  const ask = (call: Call) => {
    calls.push(call);
    return Promise.race([
      answer(call),
      new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason))),
    ]);
  };
  const globals = { navigator: { credentials: { get: ask, create: ask } }, PublicKeyCredential: statics } as const;
  for (const [name, value] of Object.entries({
    ...globals,
    PublicKeyCredential: Object.assign(() => {}, statics),
    document: { querySelectorAll: () => [] },
    location: { hostname: 'delinde.example' },
  })) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true });
    t.after(() =>
      before ? Object.defineProperty(globalThis, name, before) : Reflect.deleteProperty(globalThis, name),
    );
  }
  let time = 0;
  const browser: PasskeyBrowser = {
    PublicKeyCredential: statics,
    load: (): Promise<Library> => import('@simplewebauthn/browser'),
    now: () => time,
  };
  const passes = (ms: number) => {
    time += ms;
  };
  return { browser, calls, passes };
};

const never = () => new Promise(() => {});
const bytes = (text: string) => new TextEncoder().encode(text).buffer;
const answered = async () => ({
  id: 'aWQ',
  rawId: bytes('id'),
  type: 'public-key',
  getClientExtensionResults: () => ({}),
  response: { clientDataJSON: bytes('{}'), authenticatorData: bytes('a'), signature: bytes('s'), userHandle: null },
});
const failing =
  (name: string, message = '') =>
  async () => {
    throw new DOMException(message, name);
  };
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: MfaProblem) => `${error.code} ${error.kind}`,
  );

test('A login passes the options to the browser and returns the JSON of the credential', async (t) => {
  const { browser, calls } = browserWith(t, answered);
  const credential = await createPasskeys(browser).get(requestOptions);
  assert.equal(calls[0]?.mediation, undefined);
  assert.equal(calls[0]?.publicKey.rpId, 'delinde.example');
  assert.deepEqual(JSON.parse(JSON.stringify(credential)), {
    id: 'aWQ',
    rawId: 'aWQ',
    type: 'public-key',
    clientExtensionResults: {},
    response: { clientDataJSON: 'e30', authenticatorData: 'YQ', signature: 'cw' },
  });
});

test('The autofill needs no input in the document, because the inputs are in slots of a shadow tree', async (t) => {
  const { browser, calls } = browserWith(t, answered);
  await createPasskeys(browser).get(requestOptions, { conditional: true });
  assert.equal(calls[0]?.mediation, 'conditional');
});

test('A conditional creation shows no prompt', async (t) => {
  const { browser, calls } = browserWith(t, failing('NotAllowedError'));
  assert.equal(
    await codeOf(createPasskeys(browser).create(creationOptions, { conditional: true })),
    'passkey-cancelled refusal',
  );
  assert.equal(calls[0]?.mediation, 'conditional');
});

const errors: Record<string, string> = {
  NotAllowedError: 'passkey-cancelled refusal',
  AbortError: 'passkey-cancelled refusal',
  InvalidStateError: 'passkey-registered refusal',
  ConstraintError: 'passkey-unverified refusal',
  NotSupportedError: 'passkey-unsupported refusal',
  SecurityError: 'passkey-not-allowed refusal',
  UnknownError: 'passkey-failed refusal',
};
for (const [name, code] of Object.entries(errors)) {
  test(`The error ${name} of the browser is the problem ${code.split(' ')[0]}`, async (t) => {
    const { browser } = browserWith(t, failing(name));
    const passkeys = createPasskeys(browser);
    assert.equal(await codeOf(passkeys.create(creationOptions)), code);
    assert.equal(await codeOf(passkeys.get(requestOptions)), code);
  });
}

test('A refusal after the time of the options is a timeout', async (t) => {
  const { browser, passes } = browserWith(t, async () => {
    passes(requestOptions.timeout);
    return failing('NotAllowedError')();
  });
  assert.equal(await codeOf(createPasskeys(browser).get(requestOptions)), 'passkey-timeout refusal');
});

test('A frame without permission is not a user who cancels', async (t) => {
  const message = 'The feature is not enabled in this document. Permissions Policy may be used to delegate it.';
  const { browser } = browserWith(t, failing('NotAllowedError', message));
  assert.equal(await codeOf(createPasskeys(browser).get(requestOptions)), 'passkey-not-allowed refusal');
});

test('A browser without WebAuthn loads no library', async () => {
  const load = () => assert.fail('the library was loaded');
  const passkeys = createPasskeys({ load, now: () => 0 });
  assert.equal(passkeys.available, false);
  assert.equal(await codeOf(passkeys.get(requestOptions)), 'passkey-unsupported refusal');
  assert.deepEqual(await passkeys.support(), {
    available: false,
    autofill: false,
    conditionalCreate: false,
    platformAuthenticator: false,
  });
});

test('A library that can’t be loaded is a failure of the network', async (t) => {
  const { browser } = browserWith(t, answered);
  const load = () => Promise.reject(new TypeError('failed to fetch'));
  assert.equal(await codeOf(createPasskeys({ ...browser, load }).get(requestOptions)), 'network failure');
});

test('A signal ends the ceremony in the browser', async (t) => {
  const { browser, calls } = browserWith(t, never);
  const abort = new AbortController();
  const code = codeOf(createPasskeys(browser).get(requestOptions, { signal: abort.signal }));
  while (calls.length === 0) await new Promise(setImmediate);
  abort.abort();
  assert.equal(await code, 'passkey-cancelled refusal');
  assert.equal(calls[0]?.signal.aborted, true);
});

test('A signal during the library’s own check ends the ceremony that begins after it', async (t) => {
  let available = (_is: boolean) => {};
  const isConditionalMediationAvailable = () =>
    new Promise<boolean>((resolve) => {
      const before = available;
      available = (is) => {
        before(is);
        resolve(is);
      };
    });
  const { browser, calls } = browserWith(t, never, { isConditionalMediationAvailable });
  const abort = new AbortController();
  const code = codeOf(createPasskeys(browser).get(requestOptions, { signal: abort.signal, conditional: true }));
  await new Promise(setImmediate);
  abort.abort();
  available(true);
  assert.equal(await code, 'passkey-cancelled refusal');
  assert.ok(calls.every(({ signal }) => signal.aborted));
});

test('A prompt that is opened during the library’s check for the autofill is not ended by the autofill', async (t) => {
  const answers: ((is: boolean) => void)[] = [];
  const isConditionalMediationAvailable = () => new Promise<boolean>((resolve) => answers.push(resolve));
  const { browser, calls } = browserWith(t, never, { isConditionalMediationAvailable });
  const passkeys = createPasskeys(browser);
  const autofill = codeOf(passkeys.get(requestOptions, { conditional: true }));
  while (answers.length < 1) await new Promise(setImmediate);
  void codeOf(passkeys.get(requestOptions));
  while (answers.length < 2) await new Promise(setImmediate);
  for (const answer of answers) answer(true);
  assert.equal(await autofill, 'passkey-cancelled refusal');
  while (calls.at(-1)?.mediation !== undefined) await new Promise(setImmediate);
  assert.equal(calls.at(-1)?.signal.aborted, false);
});

test('A late answer of the browser to the end of the autofill does not end a newer prompt', async (t) => {
  const answers: ((is: boolean) => void)[] = [];
  const isConditionalMediationAvailable = () => new Promise<boolean>((resolve) => answers.push(resolve));
  const { browser, calls } = browserWith(t, never, { isConditionalMediationAvailable });
  const passkeys = createPasskeys(browser);
  const abort = new AbortController();
  void codeOf(passkeys.get(requestOptions, { conditional: true, signal: abort.signal }));
  while (answers.length < 1) await new Promise(setImmediate);
  abort.abort();
  void codeOf(passkeys.get(requestOptions));
  while (answers.length < 3) await new Promise(setImmediate);
  const [library, ended, replaced] = answers;
  library?.(true);
  replaced?.(true);
  while (calls.at(-1)?.mediation !== undefined || calls.length < 2) await new Promise(setImmediate);
  ended?.(true);
  await new Promise(setImmediate);
  assert.equal(calls.at(-1)?.signal.aborted, false);
});

test('The end of an older ceremony does not end the newer one', async (t) => {
  const { browser, calls } = browserWith(t, never);
  const passkeys = createPasskeys(browser);
  const abort = new AbortController();
  const older = codeOf(passkeys.get(requestOptions, { signal: abort.signal }));
  while (calls.length < 1) await new Promise(setImmediate);
  void codeOf(passkeys.get(requestOptions));
  while (calls.length < 2) await new Promise(setImmediate);
  abort.abort();
  assert.equal(await older, 'passkey-cancelled refusal');
  assert.equal(calls[1]?.signal.aborted, false);
});

test('The support is that of the client capabilities, otherwise of the older methods', async () => {
  const load = () => assert.fail('the library was loaded');
  const supportOf = (PublicKeyCredential: Static) =>
    createPasskeys({ PublicKeyCredential, load, now: () => 0 }).support();
  const yes = async () => true;
  assert.deepEqual(
    await supportOf({
      getClientCapabilities: async () => ({ conditionalGet: true, conditionalCreate: true }),
      isUserVerifyingPlatformAuthenticatorAvailable: yes,
    }),
    { available: true, autofill: true, conditionalCreate: true, platformAuthenticator: true },
  );
  assert.deepEqual(await supportOf({ isConditionalMediationAvailable: yes }), {
    available: true,
    autofill: true,
    conditionalCreate: false,
    platformAuthenticator: false,
  });
  const fails = async () => {
    throw new TypeError('not now');
  };
  assert.equal(
    (await supportOf({ getClientCapabilities: fails, isConditionalMediationAvailable: fails })).autofill,
    false,
  );
});

test('The Signal API gets unknown and accepted passkeys; without it nothing happens', async () => {
  const seen: unknown[] = [];
  const load = () => assert.fail('the library was loaded');
  const note = async (options: object) => void seen.push(options);
  const api: Static = {
    signalUnknownCredential: note,
    signalAllAcceptedCredentials: note,
    signalCurrentUserDetails: () => Promise.reject(new TypeError('not supported')),
  };
  const accepted = { rpId: 'r', userId: 'u', credentialIds: ['a'], name: 'anna', displayName: 'Anna' };
  for (const PublicKeyCredential of [api, {}, undefined]) {
    const passkeys = createPasskeys({ PublicKeyCredential, load, now: () => 0 });
    await passkeys.signalUnknown('r', 'b');
    await passkeys.signalAccepted(accepted);
  }
  assert.deepEqual(seen, [
    { rpId: 'r', credentialId: 'b' },
    { rpId: 'r', userId: 'u', allAcceptedCredentialIds: ['a'] },
  ]);
});
