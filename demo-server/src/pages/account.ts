import './plain.ts';

/** The fragment of a mailed link never reaches the server: here it is seen, and the page becomes the link's. */
const isLink = (): boolean => /^#mfa-[a-z]+=/.test(location.hash);

const login = document.querySelector('mfa-login');
if (login && isLink()) {
  const enroll = document.createElement('mfa-enroll');
  for (const name of ['api', 'return-to']) enroll.setAttribute(name, login.getAttribute(name) ?? '');
  login.replaceWith(enroll);
  await import('@tweestap/elements/mfa-enroll.js');
} else {
  await import('@tweestap/elements/mfa-login.js');
  // A link that is opened in this tab changes the fragment alone.
  addEventListener('hashchange', () => isLink() && location.reload());
}
