/** Systems that authenticator apps are made for. */
export type System = 'android' | 'ios' | 'desktop';

/** Returns the system that a browser reports. An iPad reports a Mac, but has a touch screen. */
export const systemOf = ({ userAgent, maxTouchPoints }: Pick<Navigator, 'userAgent' | 'maxTouchPoints'>): System => {
  if (/android/i.test(userAgent)) return 'android';
  return /iphone|ipad|ipod/i.test(userAgent) || (/macintosh/i.test(userAgent) && maxTouchPoints > 1)
    ? 'ios'
    : 'desktop';
};
