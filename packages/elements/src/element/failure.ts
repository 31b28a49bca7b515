import type { MfaProblem } from '@tweestap/client';

/** Why a call broke: a problem of the client, or that a file of the element could not be fetched. */
export type Failure = MfaProblem | (Error & { readonly code: 'network' });
