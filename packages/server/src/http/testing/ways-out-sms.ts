/** A row of the table of ways out (R91), for the sending limits of text messages. */
export interface SmsWayOut {
  /** The limit that was reached. */
  limit: 'text messages';
  /** Whether the account has an email address. */
  email: boolean;
  /** Whether the device of the user is known to the account. */
  device: 'known' | 'unknown';
  /** What gives the user access again. */
  way: SmsWay;
}

/** A way out of the sending limits, as in the table of docs/security.md. */
export type SmsWay =
  /** The limits are those of a day. */
  | 'wait'
  | 'use a recovery code'
  /** Another method of the account. */
  | 'use the app'
  /** A single-use code of the help desk leads to a new factor. */
  | 'use a help-desk code';

const ways: readonly SmsWay[] = ['wait', 'use a recovery code', 'use the app', 'use a help-desk code'];

/** A stranger who knows the password uses up the text messages of an account for a day. */
export const smsWaysOut: readonly SmsWayOut[] = [true, false].flatMap((email) =>
  (['known', 'unknown'] as const).flatMap((device) =>
    ways.map((way) => ({ limit: 'text messages' as const, email, device, way })),
  ),
);
