import { clinic } from './clinic.ts';
import { municipality } from './municipality.ts';
import type { Portal } from './portal.ts';
import { schools } from './schools.ts';

export const portals: readonly Portal[] = [clinic, schools, municipality];

/** The portal of an organisation, or undefined when the organisation has none. */
export const portalOf = (organisation: string): Portal | undefined =>
  portals.find((portal) => portal.organisation === organisation);
