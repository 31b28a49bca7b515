import { randomBytes } from 'node:crypto';
import type { PhoneKey, PushRequest } from '@tweestap/protocol';
import { CompactSign, type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Proof } from '../dpop.ts';

/** What a test changes in a proof of possession. */
export interface ProofChanges {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
}

/** A phone in software: a key, and everything that it signs. */
export class Phone {
  readonly publicKey: PhoneKey;
  readonly thumbprint: string;
  /** ms since the epoch, as the phone's clock shows it. */
  readonly clock: () => number;
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey, publicKey: PhoneKey, thumbprint: string, clock: () => number) {
    this.#key = key;
    this.publicKey = publicKey;
    this.thumbprint = thumbprint;
    this.clock = clock;
  }

  /** A phone with a new key. */
  static async create(clock: () => number): Promise<Phone> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const { x = '', y = '' } = await exportJWK(publicKey);
    const jwk: PhoneKey = { kty: 'EC', crv: 'P-256', x, y };
    return new Phone(privateKey, jwk, await calculateJwkThumbprint(jwk), clock);
  }

  /** A proof of possession for one request (RFC 9449). */
  async proof(method: string, url: string, { header, claims }: ProofChanges = {}): Promise<string> {
    const payload = {
      htm: method,
      htu: url,
      iat: Math.floor(this.clock() / 1000),
      jti: randomBytes(16).toString('base64url'),
    };
    return await new SignJWT({ ...payload, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { ...this.publicKey }, ...header })
      .sign(this.#key);
  }

  /** A proof as the server sees it after its verification. */
  verified(): Proof {
    const id = randomBytes(16).toString('base64url');
    return { key: this.publicKey, thumbprint: this.thumbprint, id, expiresAt: this.clock() + 60_000 };
  }

  /** The signed answer to a request. `number` is what the user typed. */
  async answer(
    request: Pick<PushRequest, 'id' | 'challenge'>,
    answer: 'approve' | 'deny',
    { number, header, payload }: { number?: string | undefined; header?: object; payload?: object } = {},
  ): Promise<string> {
    const signed = {
      request: request.id,
      challenge: request.challenge,
      answer,
      ...(number === undefined ? {} : { number }),
      ...payload,
    };
    return await new CompactSign(new TextEncoder().encode(JSON.stringify(signed)))
      .setProtectedHeader({ alg: 'ES256', typ: 'tweestap-answer+jws', kid: this.thumbprint, ...header })
      .sign(this.#key);
  }
}
