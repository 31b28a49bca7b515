import {
  type CeremonyOptions,
  MfaProblem,
  type PasskeyAssertion,
  type PasskeyCode,
  type PasskeyCreationOptions,
  type PasskeyRegistration,
  type PasskeyRequestOptions,
  type PasskeySupport,
  type Passkeys,
} from '@tweestap/client';

/** The options of a login with a passkey. */
export const requestOptions: PasskeyRequestOptions = {
  challenge: 'Y2hhbGxlbmdlLW9mLWxvZ2lu',
  timeout: 300_000,
  rpId: 'delinde.example',
  userVerification: 'required',
};

/** The options of a new passkey. */
export const creationOptions: PasskeyCreationOptions = {
  challenge: 'Y2hhbGxlbmdlLW9mLXNldC11cA',
  rp: { id: 'delinde.example', name: 'De Linde' },
  user: { id: 'aGFuZGxl', name: 'anna', displayName: 'Anna Visser' },
  pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
  timeout: 300_000,
  excludeCredentials: [],
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
  attestation: 'none',
};

/** The credential of a login. */
export const assertion: PasskeyAssertion = {
  id: 'Y3JlZGVudGlhbC1vZi1hbm5h',
  rawId: 'Y3JlZGVudGlhbC1vZi1hbm5h',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'e30', authenticatorData: 'YQ', signature: 'cw' },
};

/** The credential of a new passkey. */
export const registration: PasskeyRegistration = {
  ...assertion,
  response: { clientDataJSON: 'e30', attestationObject: 'YQ' },
};

/** A ceremony that a test ends. */
export interface Asked {
  /** Whether a passkey is used or created. */
  what: 'get' | 'create';
  /** The challenge of the ceremony. */
  challenge: string;
  /** Whether it shows no prompt. */
  conditional: boolean;
  /** Whether the page has ended it. */
  ended: boolean;
  /** The user uses or creates a passkey. */
  accept(): void;
  /** The ceremony fails. */
  fail(code: PasskeyCode): void;
}

/** The passkeys of a browser whose user is the test. */
export interface FakePasskeys extends Passkeys {
  /** The ceremonies, in order. */
  readonly asked: Asked[];
  /** The reports to the password manager, in order. */
  readonly signals: unknown[];
}

/** Makes the passkeys of a browser. By default it has WebAuthn, without autofill and without conditional creation. */
export const fakePasskeys = (support: Partial<PasskeySupport> = {}): FakePasskeys => {
  const asked: Asked[] = [];
  const signals: unknown[] = [];
  const all = { available: true, autofill: false, conditionalCreate: false, platformAuthenticator: true, ...support };
  const ask = <T>(what: Asked['what'], challenge: string, { conditional = false, signal }: CeremonyOptions, value: T) =>
    new Promise<T>((resolve, reject) => {
      const fail = (code: PasskeyCode) => reject(new MfaProblem(code));
      const own: Asked = { what, challenge, conditional, ended: false, accept: () => resolve(value), fail };
      asked.push(own);
      signal?.addEventListener('abort', () => {
        own.ended = true;
        fail('passkey-cancelled');
      });
    });
  return {
    asked,
    signals,
    available: all.available,
    support: async () => all,
    get: ({ challenge }, options = {}) => ask('get', challenge, options, assertion),
    create: ({ challenge }, options = {}) => ask('create', challenge, options, registration),
    signalUnknown: async (rpId, credentialId) => void signals.push({ rpId, credentialId }),
    signalAccepted: async (accepted) => void signals.push(accepted),
  };
};
