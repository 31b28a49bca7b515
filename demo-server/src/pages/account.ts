import './plain.ts';
import { startLogOut } from './log-out.ts';

/** Whether the address contains a mailed link. The script checks this, because the server never receives the fragment. */
const isLink = (): boolean => /^#mfa-[a-z]+=/.test(location.hash);

const login = document.querySelector('mfa-login');
if (login && isLink()) {
  const enroll = document.createElement('mfa-enroll');
  for (const name of ['api', 'return-to']) enroll.setAttribute(name, login.getAttribute(name) ?? '');
  login.replaceWith(enroll);
} else if (login) {
  // A link that the user opens in this tab changes only the fragment, which does not load the page.
  addEventListener('hashchange', () => isLink() && location.reload());
}

startLogOut();
if (document.querySelector('mfa-login')) await import('@tweestap/elements/mfa-login.js');
if (document.querySelector('mfa-enroll')) await import('@tweestap/elements/mfa-enroll.js');
if (document.querySelector('mfa-settings')) await import('@tweestap/elements/mfa-settings.js');
