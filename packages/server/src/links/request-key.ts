import { createHash } from 'node:crypto';
import type { LinkPurpose } from './make-link.ts';

/** What a link was asked for. Two requests that agree in all of it get the same link for a while. */
export interface LinkRequest {
  purpose: LinkPurpose;
  organisationId: string;
  /** The name as it is compared, whether it has an account or not. */
  name: string;
  /** The typed address as it is compared: only of `reset` and `register`. */
  email?: string | undefined;
}

/** The request as the table of links holds it: hashed, since the name or the address may have no account. */
export function requestKey({ purpose, organisationId, name, email }: LinkRequest): string {
  const asked = JSON.stringify([purpose, organisationId, name, email ?? null]);
  return createHash('sha256').update(asked, 'utf8').digest('base64url');
}
