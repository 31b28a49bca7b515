import type {
  PasskeyAssertion,
  PasskeyCreationOptions,
  PasskeyRegistration,
  PasskeyRequestOptions,
} from '@tweestap/protocol';
import { MfaProblem, type PasskeyCode } from './problem.ts';

/** What a browser can do with passkeys. */
export interface PasskeySupport {
  /** Whether the browser has WebAuthn. False in an insecure context. */
  readonly available: boolean;
  /** Whether the browser offers passkeys in the autofill of an input (conditional mediation). */
  readonly autofill: boolean;
  /** Whether the browser can create a passkey without a prompt, after a login with a saved password. */
  readonly conditionalCreate: boolean;
  /** Whether the device itself can verify the user, for example with a fingerprint. */
  readonly platformAuthenticator: boolean;
}

/** How a ceremony is performed. */
export interface CeremonyOptions {
  /** Shows no prompt: a login waits for the autofill, and a creation succeeds or fails silently. Default false. */
  readonly conditional?: boolean | undefined;
  /** Ends the ceremony. It then rejects with `passkey-cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

/** The passkeys that an account has, for the browser's password manager. */
export interface AcceptedPasskeys {
  /** The relying party id. */
  readonly rpId: string;
  /** The user handle in base64url. */
  readonly userId: string;
  /** The ids of all credentials of the account in base64url. */
  readonly credentialIds: readonly string[];
  /** The username. */
  readonly name: string;
  /** The name of the user. */
  readonly displayName: string;
}

/** Performs the ceremonies of WebAuthn, and reports changes to the browser's password manager. */
export interface Passkeys {
  /** Whether the browser has WebAuthn. */
  readonly available: boolean;
  /** Returns what the browser can do. */
  support(): Promise<PasskeySupport>;
  /** Logs in with a passkey. @throws {MfaProblem} */
  get(options: PasskeyRequestOptions, ceremony?: CeremonyOptions): Promise<PasskeyAssertion>;
  /** Creates a passkey. @throws {MfaProblem} */
  create(options: PasskeyCreationOptions, ceremony?: CeremonyOptions): Promise<PasskeyRegistration>;
  /** Reports that the server does not know a passkey, so that it is no longer offered. Never rejects. */
  signalUnknown(rpId: string, credentialId: string): Promise<void>;
  /** Reports which passkeys the account has, and the names of the user. Never rejects. */
  signalAccepted(accepted: AcceptedPasskeys): Promise<void>;
}

/** The static methods of `PublicKeyCredential`, WebAuthn L3 §5.1. Not every browser has each of them. */
type CredentialInterface = Partial<{
  isConditionalMediationAvailable(): Promise<boolean>;
  isUserVerifyingPlatformAuthenticatorAvailable(): Promise<boolean>;
  getClientCapabilities(): Promise<Readonly<Record<string, boolean>>>;
  signalUnknownCredential(options: object): Promise<void>;
  signalAllAcceptedCredentials(options: object): Promise<void>;
  signalCurrentUserDetails(options: object): Promise<void>;
}>;

type Library = Pick<
  typeof import('@simplewebauthn/browser'),
  'startAuthentication' | 'startRegistration' | 'WebAuthnAbortService'
>;

/** What the ceremonies need of the browser; tests pass a fake. */
export interface PasskeyBrowser {
  /** `PublicKeyCredential`; undefined without WebAuthn. */
  readonly PublicKeyCredential?: CredentialInterface | undefined;
  /** Loads the library that calls `navigator.credentials`. */
  load(): Promise<Library>;
  /** Returns the time in milliseconds. */
  now(): number;
}

/** The browser that runs this code. It is read at each use. */
const ownBrowser: PasskeyBrowser = {
  get PublicKeyCredential() {
    return (globalThis as { PublicKeyCredential?: CredentialInterface }).PublicKeyCredential;
  },
  load: () => import('@simplewebauthn/browser'),
  now: () => performance.now(),
};

/** A ceremony that may be running. */
interface Ceremony {
  /** Ends the ceremony. Resolves when it can no longer end a newer one. */
  end(): Promise<void>;
}

/** The newest ceremony of the page. A browser performs one at a time. */
let newest: Ceremony | undefined;

/** Makes the ceremonies of a browser. Nothing is loaded before the first one. */
export const createPasskeys = (browser: PasskeyBrowser = ownBrowser): Passkeys => ({
  get available() {
    return browser.PublicKeyCredential !== undefined;
  },
  support: () => supportOf(browser.PublicKeyCredential),
  get: (optionsJSON, ceremony = {}) =>
    perform(browser, ceremony, optionsJSON.timeout, ({ startAuthentication }) =>
      startAuthentication({
        optionsJSON: optionsJSON as never,
        useBrowserAutofill: ceremony.conditional ?? false,
        // The input is in a slot of a shadow tree, where the library does not look.
        verifyBrowserAutofillInput: false,
      }),
    ) as Promise<PasskeyAssertion>,
  create: (optionsJSON, ceremony = {}) =>
    perform(browser, ceremony, optionsJSON.timeout, ({ startRegistration }) =>
      startRegistration({ optionsJSON: optionsJSON as never, useAutoRegister: ceremony.conditional ?? false }),
    ) as Promise<PasskeyRegistration>,
  signalUnknown: (rpId, credentialId) =>
    quietly(async () => browser.PublicKeyCredential?.signalUnknownCredential?.({ rpId, credentialId })),
  signalAccepted: ({ rpId, userId, credentialIds, name, displayName }) =>
    quietly(async () => {
      const { PublicKeyCredential: api } = browser;
      await api?.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds: credentialIds });
      await api?.signalCurrentUserDetails?.({ rpId, userId, name, displayName });
    }),
});

/** Returns what this browser can do with passkeys. */
export const passkeySupport = (): Promise<PasskeySupport> => supportOf(ownBrowser.PublicKeyCredential);

/** Asks the browser. A browser that can't answer does not support it. */
const answerOf = async (
  api: CredentialInterface | undefined,
  question: 'isConditionalMediationAvailable' | 'isUserVerifyingPlatformAuthenticatorAvailable',
): Promise<boolean> => (await api?.[question]?.().catch(() => false)) ?? false;

const supportOf = async (api: CredentialInterface | undefined): Promise<PasskeySupport> => {
  const known = await api?.getClientCapabilities?.().catch(() => undefined);
  const [autofill, platform] = await Promise.all([
    known?.conditionalGet ?? answerOf(api, 'isConditionalMediationAvailable'),
    known?.userVerifyingPlatformAuthenticator ?? answerOf(api, 'isUserVerifyingPlatformAuthenticatorAvailable'),
  ]);
  return {
    available: api !== undefined,
    autofill,
    conditionalCreate: known?.conditionalCreate ?? false,
    platformAuthenticator: platform,
  };
};

const perform = async (
  browser: PasskeyBrowser,
  { signal, conditional }: CeremonyOptions,
  timeout: number | undefined,
  start: (library: Library) => Promise<unknown>,
): Promise<unknown> => {
  if (!browser.PublicKeyCredential) throw new MfaProblem('passkey-unsupported');
  let library: Library | undefined;
  let isEnded = false;
  const own: Ceremony = {
    async end() {
      isEnded = true;
      const cancel = () => newest === own && library?.WebAuthnAbortService.cancelCeremony();
      cancel();
      // The library asks the browser for its support before it starts. What starts after that answer is ended here.
      if (conditional) await answerOf(browser.PublicKeyCredential, 'isConditionalMediationAvailable');
      cancel();
    },
  };
  const end = () => void own.end();
  signal?.addEventListener('abort', end);
  try {
    await newest?.end();
    newest = own;
    library = await browser.load().catch((cause: unknown) => {
      throw new MfaProblem('network', { cause });
    });
    if (isEnded || signal?.aborted) throw new MfaProblem('passkey-cancelled');
    return await timed(browser, timeout, () => start(library as Library));
  } finally {
    signal?.removeEventListener('abort', end);
    if (newest === own) newest = undefined;
  }
};

/** Performs a ceremony, and turns its error into a problem. */
const timed = async (
  { now }: PasskeyBrowser,
  timeout: number | undefined,
  work: () => Promise<unknown>,
): Promise<unknown> => {
  const begun = now();
  try {
    return await work();
  } catch (cause) {
    const isOver = timeout !== undefined && now() - begun >= timeout;
    throw new MfaProblem(codeOf(cause, isOver), { cause });
  }
};

/** Returns the code of an error of WebAuthn L3 §5.1.3 and §5.1.4. The library keeps its name. */
const codeOf = (error: unknown, isOver: boolean): PasskeyCode => {
  const { name, message } = Object(error) as Partial<Error>;
  if (name === 'NotAllowedError' && /permissions? policy|not enabled in this document/i.test(message ?? ''))
    return 'passkey-not-allowed';
  // Browsers do not distinguish a refusal by the user from a timeout, for privacy (§14.5.2).
  if (name === 'NotAllowedError') return isOver ? 'passkey-timeout' : 'passkey-cancelled';
  return (name !== undefined && codes[name]) || 'passkey-failed';
};

const codes: Readonly<Record<string, PasskeyCode>> = {
  AbortError: 'passkey-cancelled',
  ConstraintError: 'passkey-unverified',
  InvalidStateError: 'passkey-registered',
  NotSupportedError: 'passkey-unsupported',
  SecurityError: 'passkey-not-allowed',
  TimeoutError: 'passkey-timeout',
};

/** A signal is a hint for the password manager. The flow continues without it. */
const quietly = async (work: () => Promise<unknown>): Promise<void> => {
  await work().catch(() => undefined);
};
