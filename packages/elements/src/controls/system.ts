/** Systems that authenticator apps are made for. */
export type System = 'android' | 'ios' | 'desktop';

/** The system that a browser runs on, as far as it tells; an iPad calls itself a Mac, but can be touched. */
export const systemOf = ({ userAgent, maxTouchPoints }: Pick<Navigator, 'userAgent' | 'maxTouchPoints'>): System => {
  if (/android/i.test(userAgent)) return 'android';
  return /iphone|ipad|ipod/i.test(userAgent) || (/macintosh/i.test(userAgent) && maxTouchPoints > 1)
    ? 'ios'
    : 'desktop';
};

/** In the order of a list: phones first, since most people's app is on one; on a phone its own system first. */
export const systemsFrom = (own: System): readonly System[] => [
  ...new Set<System>(own === 'desktop' ? ['android', 'ios', 'desktop'] : [own, 'android', 'ios', 'desktop']),
];
