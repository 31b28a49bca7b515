import type { CDPSession, Page } from '@playwright/test';
import type { Passkey } from './new-passkey.ts';

/** The kinds of authenticators, as Chromium simulates them. */
const kinds = {
  /** A passkey of this device, such as its fingerprint reader. */
  platform: { transport: 'internal', hasUserVerification: true, isUserVerified: true },
  /** A password manager that syncs its passkeys. */
  synced: {
    transport: 'internal',
    hasUserVerification: true,
    isUserVerified: true,
    defaultBackupEligibility: true,
    defaultBackupState: true,
  },
  /** A security key with a PIN. */
  'security-key-with-pin': { transport: 'usb', hasUserVerification: true, isUserVerified: true },
  /** A security key without a PIN: it proves that the user is there, but not who the user is. */
  'security-key': { transport: 'usb', hasUserVerification: false },
  /** A security key that can't hold passkeys. */
  'old-security-key': { transport: 'usb', hasUserVerification: false, hasResidentKey: false },
} as const;

type Kind = keyof typeof kinds;

/** A passkey that an authenticator holds. */
interface HeldPasskey {
  /** Base64. */
  credentialId: string;
  rpId: string;
  /** Base64. */
  userHandle: string;
}

const base64Of = (base64url: string): string => Buffer.from(base64url, 'base64url').toString('base64');

/** A virtual authenticator of a page (WebAuthn L3 §11, over the DevTools protocol). Real ceremonies run in the browser. */
export class Authenticator {
  readonly #cdp: CDPSession;
  readonly #id: string;

  private constructor(cdp: CDPSession, id: string) {
    this.#cdp = cdp;
    this.#id = id;
  }

  /** Connects an authenticator. Its user confirms every request at once, until `setPresent(false)`. */
  static async connect(page: Page, kind: Kind): Promise<Authenticator> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable', { enableUI: false });
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        hasResidentKey: true,
        automaticPresenceSimulation: true,
        ...kinds[kind],
      },
    });
    return new Authenticator(cdp, authenticatorId);
  }

  /** Whether the user confirms the requests that follow. A request without a confirmation waits until it is ended. */
  async setPresent(enabled: boolean): Promise<void> {
    await this.#cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: this.#id, enabled });
  }

  /** Stores a passkey that was not created in the browser. */
  async hold({ credentialId, privateKey, userHandle, rpId, signCount }: Passkey): Promise<void> {
    const credential = {
      credentialId: base64Of(credentialId),
      privateKey,
      userHandle: base64Of(userHandle),
      rpId,
      signCount,
      isResidentCredential: true,
    };
    await this.#cdp.send('WebAuthn.addCredential', { authenticatorId: this.#id, credential });
  }

  /** The passkeys that the authenticator holds. */
  async passkeys(): Promise<HeldPasskey[]> {
    const { credentials } = await this.#cdp.send('WebAuthn.getCredentials', { authenticatorId: this.#id });
    return credentials.map(({ credentialId, rpId = '', userHandle = '' }) => ({ credentialId, rpId, userHandle }));
  }
}
