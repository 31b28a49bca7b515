/** A row of the table of ways out (R91), for the requests that a stranger can send to a user's phone. */
export interface PushWayOut {
  /** The limit that was reached. */
  limit: 'requests of a phone' | 'a denied request';
  /** Whether the account has an email address. */
  email: boolean;
  /** Whether the device of the user is known to the account. */
  device: 'known' | 'unknown';
  /** What gives the user access again. */
  way: 'wait' | 'use the app' | 'use a recovery code';
}

const anywhere = (limit: PushWayOut['limit'], ...ways: PushWayOut['way'][]): PushWayOut[] =>
  [true, false].flatMap((email) =>
    (['known', 'unknown'] as const).flatMap((device) => ways.map((way) => ({ limit, email, device, way }))),
  );

/**
 * Three requests that were not approved stop further ones for ten minutes. A denied one stops them until a new password, so no
 * wait is a way out.
 */
export const pushWaysOut: readonly PushWayOut[] = [
  ...anywhere('requests of a phone', 'wait', 'use the app', 'use a recovery code'),
  ...anywhere('a denied request', 'use the app', 'use a recovery code'),
];
