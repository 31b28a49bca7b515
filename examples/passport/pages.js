/* The pages of the login: two of the portal itself, without a script, and one for the second step. */

const page = (content) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Log in</title>
  ${content}
</html>`;

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

export const usernamePage = (isWrong) =>
  page(`${isWrong ? '<p role="alert">Incorrect username or password.</p>' : ''}
  <form action="/login">
    <label>Username <input name="username" autocomplete="username" required></label>
    <button>Continue</button>
  </form>`);

export const passwordPage = (username) =>
  page(`<form method="post" action="/login">
    <input type="hidden" name="username" value="${escaped(username)}">
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
    <button>Log in</button>
  </form>`);

export const secondStepPage = page(`<script type="module" src="/elements/mfa-login.js"></script>
  <mfa-login second-step="/login"></mfa-login>`);
