import type { Kind } from '@tweestap/client';
import type { Host, Stage } from '../element/host.ts';

/** Goes on with a flow of another kind in the same element, with the organisation and the name that were told. */
export const go = (host: Host, kind: Kind): void => {
  const stage = host as Stage;
  stage.kind = kind;
  stage.token = undefined;
  stage.busy();
  stage.restart();
};
