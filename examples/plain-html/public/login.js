import '@tweestap/elements/mfa-login.js';

document.querySelector('mfa-login')?.addEventListener('mfa-step', ({ detail }) => {
  document.title = detail.heading;
});
