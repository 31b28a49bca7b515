import type {
  PasskeyAssertion,
  PasskeyCreationOptions,
  PasskeyRegistration,
  PasskeyRequestOptions,
} from '@tweestap/protocol';
import type { CeremonyOptions, Passkeys } from '../passkeys.ts';
import { MfaProblem, type PasskeyCode } from '../problem.ts';

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
  id: 'aWQ',
  rawId: 'aWQ',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'e30', authenticatorData: 'YQ', signature: 'cw' },
};
/** The credential of a new passkey. */
export const registration: PasskeyRegistration = {
  ...assertion,
  response: { clientDataJSON: 'e30', attestationObject: 'YQ' },
};

/** Passkeys whose user is the test: each ceremony waits for `accept` or `fail`. */
export const fakePasskeys = ({ autofill = true, conditionalCreate = false, available = true } = {}) => {
  const asked: {
    challenge: string;
    conditional: boolean;
    accept(): void;
    fail(code: PasskeyCode): void;
    ended: boolean;
  }[] = [];
  const unknown: string[] = [];
  const ask = <T>(challenge: string, value: T, { conditional = false, signal }: CeremonyOptions = {}) =>
    new Promise<T>((resolve, reject) => {
      const fail = (code: PasskeyCode) => reject(new MfaProblem(code));
      const own = { challenge, conditional, accept: () => resolve(value), fail, ended: false };
      asked.push(own);
      signal?.addEventListener('abort', () => {
        own.ended = true;
        fail('passkey-cancelled');
      });
    });
  const passkeys: Passkeys = {
    available,
    support: async () => ({ available, autofill, conditionalCreate, platformAuthenticator: true }),
    get: ({ challenge }, ceremony) => ask(challenge, assertion, ceremony),
    create: ({ challenge }, ceremony) => ask(challenge, registration, ceremony),
    signalUnknown: async (rpId, id) => void unknown.push(`${rpId} ${id}`),
    signalAccepted: async () => {},
  };
  return { passkeys, asked, unknown };
};
