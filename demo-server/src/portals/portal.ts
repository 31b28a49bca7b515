import type { Words } from '../text/language.ts';

/** A short block of text next to the login, for example about help. */
export interface Notice {
  heading: Words;
  text: Words;
}

/** An entry of a list on the home page. */
export interface Entry {
  /** A time or a number, in tabular figures. */
  mark: Words | string;
  title: Words;
  detail: Words;
}

/** A file that opens only after a fresh second factor. */
export interface File extends Entry {
  id: string;
  sections: readonly { heading: Words; text: Words }[];
}

/** The portal of one fictitious organisation: its texts and the content after its login. */
export interface Portal {
  /** The first segment of its paths and the name of its style. */
  path: 'clinic' | 'schools' | 'municipality';
  organisation: string;
  name: string;
  tagline: Words;
  welcome: { heading: Words; text: Words };
  notices: readonly Notice[];
  agenda: { heading: Words; entries: readonly Entry[] };
  files: { heading: Words; entries: readonly File[] };
  message: { from: Words; at: Words; text: Words };
}
