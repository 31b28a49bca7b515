import type { Words } from '../views/language.ts';

/** A short block of text beside the login: what to do when it doesn't work, and so on. */
export interface Notice {
  heading: Words;
  text: Words;
}

/** A line of a list behind the login. */
export interface Entry {
  /** Time or number, set in tabular figures. */
  mark: Words | string;
  title: Words;
  detail: Words;
}

/** A file that asks for a fresh second factor before it opens. */
export interface File extends Entry {
  id: string;
  sections: readonly { heading: Words; text: Words }[];
}

/** One fictitious organisation's portal: its words and what stands behind its login. */
export interface Portal {
  /** The first part of its paths and the name of its look. */
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
