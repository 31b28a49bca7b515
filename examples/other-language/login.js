import '/elements/mfa-login.js';

document.querySelector('mfa-login')?.addEventListener('mfa-success', async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ assertion: event.detail.assertion });
  const reply = await fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  location.assign(reply.ok ? '/' : '/login?refused');
});
