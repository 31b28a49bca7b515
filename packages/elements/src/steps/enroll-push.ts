import type { View } from '../view/host.ts';

/** The user links a phone. */
export const enrollPush: View<'enroll-push'> = (_step, host) => ({
  name: 'enroll-push',
  heading: host.text('set-up.push'),
});
