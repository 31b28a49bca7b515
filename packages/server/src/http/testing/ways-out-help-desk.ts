/** A row of the table of ways out (R91) that need the help desk. */
export interface HelpDeskWayOut {
  /** The limit that was reached. */
  limit: 'password-lock' | 'password-cap' | 'code-lock' | 'code-cap';
  /** The administration verb that gives access again. */
  way: 'unlock' | 'resetPassword by code' | 'resetPassword by letter' | 'resetFactors';
  /** Whether the account has an email address. */
  email: boolean;
  /** Whether the device of the user is known to the account. */
  device: 'known' | 'unknown';
}

const verbs: readonly Pick<HelpDeskWayOut, 'limit' | 'way'>[] = [
  { limit: 'password-lock', way: 'unlock' },
  { limit: 'password-cap', way: 'resetPassword by code' },
  { limit: 'password-cap', way: 'resetPassword by letter' },
  { limit: 'code-lock', way: 'unlock' },
  { limit: 'code-cap', way: 'resetFactors' },
];

/** The limits that the help desk can lift, for each combination of email address and device. */
export const helpDeskWaysOut: readonly HelpDeskWayOut[] = verbs.flatMap((each) =>
  [false, true].flatMap((email) => (['unknown', 'known'] as const).map((device) => ({ ...each, email, device }))),
);
