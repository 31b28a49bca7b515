/** A cell of the table of ways out that the help desk opens (R91). */
export interface HelpDeskWayOut {
  limit: 'password-lock' | 'password-cap' | 'code-lock' | 'code-cap';
  /** The verb of the help desk that leads out. */
  way: 'unlock' | 'resetPassword by code' | 'resetPassword by letter' | 'resetFactors';
  email: boolean;
  device: 'known' | 'unknown';
}

const verbs: readonly Pick<HelpDeskWayOut, 'limit' | 'way'>[] = [
  { limit: 'password-lock', way: 'unlock' },
  { limit: 'password-cap', way: 'resetPassword by code' },
  { limit: 'password-cap', way: 'resetPassword by letter' },
  { limit: 'code-lock', way: 'unlock' },
  { limit: 'code-cap', way: 'resetFactors' },
];

export const helpDeskWaysOut: readonly HelpDeskWayOut[] = verbs.flatMap((each) =>
  [false, true].flatMap((email) => (['unknown', 'known'] as const).map((device) => ({ ...each, email, device }))),
);
