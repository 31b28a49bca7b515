import type { Inputs } from '@tweestap/client';

/** Makes the inputs of what was typed, or reports what is missing and returns undefined. */
export type Collect = (values: Readonly<Record<string, string>>) => Inputs | undefined;

/** The parts of a screen that a view decides. Every screen draws them in the same order. */
export interface Screen {
  /** The type of the step, in the names of the page's slots. */
  name: string;
  heading: string;
  description?: unknown;
  fields?: unknown;
  /** The words of the one primary button. */
  primary?: string | undefined;
  /** Answers the step when the form is submitted. */
  submit?: Collect;
  /** What the primary button does where there is nothing to submit. */
  onPrimary?: () => void;
  /** Links and other buttons under the primary button. */
  links?: unknown;
}
