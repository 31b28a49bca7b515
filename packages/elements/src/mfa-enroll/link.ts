import type { Kind } from '@tweestap/client';

const shape = /^#?mfa-(activate|reset|unlock|register)=([\w-]{1,128})$/;

export interface Link {
  kind: Kind;
  token: string;
}

/** Reads `mfa-<kind>=<token>`, as it stands in the fragment of a mailed link; undefined when it is none. */
export const linkOf = (text: string | null | undefined): Link | undefined => {
  const [, kind, token] = shape.exec(text ?? '') ?? [];
  return kind && token ? { kind: kind as Kind, token } : undefined;
};

/** The link of the page's address. It is taken out of there, so that no history and no shared address keeps it (R72). */
export const takeFragment = (): Link | undefined => {
  const link = linkOf(location.hash);
  if (link) history.replaceState(history.state, '', location.pathname + location.search);
  return link;
};
