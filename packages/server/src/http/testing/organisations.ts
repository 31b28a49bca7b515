import { parseKeyring } from '../../crypto/keyring.ts';
import type { OrganisationInput } from '../../organisations/schema.ts';

export const encryptionKeys = `test:${Buffer.alloc(32, 7).toString('base64')}`;
export const keyring = parseKeyring(encryptionKeys);

/** Alpha asks for a factor, gamma only offers one. */
export const organisations: OrganisationInput[] = [
  { id: 'alpha', name: 'Alpha School', returnTo: ['https://alpha.example', 'https://alpha.example:8443'] },
  { id: 'beta', name: 'Beta Clinic' },
  { id: 'gamma', name: 'Gamma', policy: { factor: 'optional' } },
];
