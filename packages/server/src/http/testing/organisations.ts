import { parseKeyring } from '../../crypto/keyring.ts';
import type { OrganisationInput } from '../../organisations/schema.ts';

/** The encryption keys of the test servers, as in the setting `encryptionKeys`. */
export const encryptionKeys = `test:${Buffer.alloc(32, 7).toString('base64')}`;
/** The parsed encryption keys of the test servers. */
export const keyring = parseKeyring(encryptionKeys);

/** The organisations of the test servers. Alpha and beta require a factor; in gamma it is optional. */
export const organisations: OrganisationInput[] = [
  { id: 'alpha', name: 'Alpha School', returnTo: ['https://alpha.example', 'https://alpha.example:8443'] },
  { id: 'beta', name: 'Beta Clinic' },
  { id: 'gamma', name: 'Gamma', policy: { factor: 'optional' } },
];
