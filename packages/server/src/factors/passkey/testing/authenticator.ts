import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import type {
  PasskeyAssertion,
  PasskeyCreationOptions,
  PasskeyRegistration,
  PasskeyRequestOptions,
} from '@tweestap/protocol';

/** What an authenticator writes into its data. Each value may be wrong on purpose. */
export interface Ceremony {
  /** The `type` of the client data. Default: that of the ceremony. */
  type?: string;
  /** The challenge that is signed. Default: that of the options. */
  challenge?: string;
  /** The origin of the page. Default: that of the authenticator. */
  origin?: string;
  /** Further members of the client data. */
  clientData?: Record<string, unknown>;
  /** The relying party id that is hashed. Default: that of the authenticator. */
  rpId?: string;
  /** Flags to set or to clear. */
  flags?: Partial<Record<'up' | 'uv' | 'be' | 'bs', boolean>>;
  /** The signature counter. Default: one more than before, or 0 without a counter. */
  signCount?: number;
  /** The COSE algorithm that a new key claims. Default: ES256. */
  algorithm?: number;
  /** The id of the credential in the attested data. Default: that of the authenticator. */
  credentialId?: Buffer;
  /** The format of the attestation. Default `none`. */
  format?: string;
  /** The statement of the attestation. Default: empty. */
  statement?: [string, unknown][];
  /** Changes the bytes of the signature. */
  signature?(bytes: Buffer): Buffer;
  /** Another key signs. */
  key?: KeyObject;
}

/** The kind of an authenticator. */
export interface Kind {
  /** Whether it verifies its user by a PIN or biometrics. Default true. */
  verifies?: boolean;
  /** Whether its passkeys are synced. Default false. */
  synced?: boolean;
  /** Whether it has a signature counter. Default true. */
  counts?: boolean;
  /** The model. Default: anonymous. */
  aaguid?: string;
  /** The page. Default `https://portal.example`. */
  origin?: string;
}

const FLAG = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40 } as const;

/** An authenticator in software with one ES256 key: real client data, real CBOR and real signatures, without a browser. */
export class Authenticator {
  readonly id: Buffer = randomBytes(32);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #kind: Required<Kind>;
  #userHandle = '';
  #rpId = '';
  signCount = 0;

  constructor(kind: Kind = {}) {
    this.#kind = {
      ...{ verifies: true, synced: false, counts: true, origin: 'https://portal.example' },
      ...{ aaguid: '00000000-0000-0000-0000-000000000000', ...kind },
    };
  }

  /** The id of the credential, base64url. */
  get credentialId(): string {
    return this.id.toString('base64url');
  }

  /** The user handle of the registration, base64url. */
  get userHandle(): string {
    return this.#userHandle;
  }

  /** The private key, as a test phone or a virtual authenticator can hold it: PKCS #8, base64. */
  get privateKey(): string {
    return this.#keys.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  }

  /** Answers `navigator.credentials.create`. */
  create(options: PasskeyCreationOptions, ceremony: Ceremony = {}): PasskeyRegistration {
    this.#rpId = options.rp.id;
    this.#userHandle = options.user.id;
    const authData = Buffer.concat([this.#header(FLAG.at, ceremony), this.#attested(ceremony)]);
    const attestation = new Map<string, unknown>([
      ['fmt', ceremony.format ?? 'none'],
      ['attStmt', new Map(ceremony.statement ?? [])],
      ['authData', new Uint8Array(authData)],
    ]);
    const clientDataJSON = this.#clientData('webauthn.create', options.challenge, ceremony);
    return {
      ...{ id: this.credentialId, rawId: this.credentialId, type: 'public-key', clientExtensionResults: {} },
      response: {
        clientDataJSON: clientDataJSON.toString('base64url'),
        attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** Answers `navigator.credentials.get`. */
  get(options: PasskeyRequestOptions, ceremony: Ceremony = {}): PasskeyAssertion {
    const authData = this.#header(0, ceremony);
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, ceremony);
    const signed = Buffer.concat([authData, createHash('sha256').update(clientDataJSON).digest()]);
    const signature = sign('sha256', signed, ceremony.key ?? this.#keys.privateKey);
    return {
      ...{ id: this.credentialId, rawId: this.credentialId, type: 'public-key', clientExtensionResults: {} },
      response: {
        clientDataJSON: clientDataJSON.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: (ceremony.signature?.(signature) ?? signature).toString('base64url'),
        userHandle: this.#userHandle,
      },
    };
  }

  #clientData(type: string, challenge: string, ceremony: Ceremony): Buffer {
    const { origin = this.#kind.origin, clientData = {} } = ceremony;
    const data = { type: ceremony.type ?? type, challenge: ceremony.challenge ?? challenge, origin, ...clientData };
    return Buffer.from(JSON.stringify({ crossOrigin: false, ...data }));
  }

  #header(more: number, { rpId = this.#rpId, flags = {}, signCount }: Ceremony): Buffer {
    const { verifies, synced, counts } = this.#kind;
    const own = { up: true, uv: verifies, be: synced, bs: synced, ...flags };
    const bits = (['up', 'uv', 'be', 'bs'] as const).reduce((sum, name) => sum | (own[name] ? FLAG[name] : 0), more);
    if (counts) this.signCount += 1;
    const header = Buffer.alloc(5);
    header.writeUInt8(bits, 0);
    header.writeUInt32BE(signCount ?? this.signCount, 1);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), header]);
  }

  #attested({ algorithm = -7, credentialId = this.id }: Ceremony): Buffer {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const key = new Map<number, unknown>([
      [1, 2],
      [3, algorithm],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(credentialId.length);
    const aaguid = Buffer.from(this.#kind.aaguid.replaceAll('-', ''), 'hex');
    return Buffer.concat([aaguid, length, credentialId, Buffer.from(isoCBOR.encode(key as never))]);
  }
}
