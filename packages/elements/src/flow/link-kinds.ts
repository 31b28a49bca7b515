import type { Kind } from '@tweestap/client';

/** Kinds that go on with a mailed link: nothing is given up by leaving them, the link still works. */
export const linkKinds: readonly Kind[] = ['activate', 'reset', 'unlock', 'register'];
