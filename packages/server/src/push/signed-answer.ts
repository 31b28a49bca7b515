import { AnswerPayload, type PhoneKey } from '@tweestap/protocol';
import { compactVerify, importJWK } from 'jose';
import type { z } from 'zod';

/** An answer of a phone, whose signature was verified. */
export type SignedAnswer = z.infer<typeof AnswerPayload>;

const TYPE = 'tweestap-answer+jws';

/**
 * Verifies the signature of an answer by the key of the device (R20). Returns undefined when the algorithm, the type, the
 * key id, the signature or the form of the payload is wrong. The header may name no other key.
 */
export async function verifyAnswer(
  token: string,
  device: { key: PhoneKey; thumbprint: string },
): Promise<SignedAnswer | undefined> {
  try {
    const key = await importJWK(device.key, 'ES256');
    const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: ['ES256'] });
    const { alg: _, typ, kid, ...more } = protectedHeader;
    if (typ !== TYPE || kid !== device.thumbprint || Object.keys(more).length > 0) return undefined;
    return AnswerPayload.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return undefined;
  }
}
