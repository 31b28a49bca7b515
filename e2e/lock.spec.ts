import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

// Threat: an attacker guesses passwords for a username. The user sees how long to wait and who can help.
test('K4 the tenth wrong password locks the account, and after the help desk unlocks it the password works again', {
  tag: '@drill',
}, async ({ page, user, admin }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.typeUsername(user.username);
  for (let attempt = 1; attempt <= 9; attempt += 1) {
    await widget.typePassword(`wrong password number ${attempt}`);
    await expect(widget.error).toContainText('Incorrect username or password.');
    await expect(widget.button('Log in')).toHaveAttribute('aria-disabled', 'false');
  }
  await widget.typePassword('wrong password number 10');
  await widget.expectHeading('Wait a moment');
  await expect(widget.root.getByText(/There were too many failed attempts. You can try again/).first()).toBeVisible();
  await expect(widget.root.getByText('In a hurry? Ask the help desk.')).toBeVisible();
  await expect(widget.root.getByText('Call the service desk, extension 140.')).toBeVisible();
  await page.reload();
  await widget.expectHeading('Wait a moment');

  // The lock also applies to a new login, even with the correct password.
  await page.evaluate(() => sessionStorage.clear());
  await page.goto('/clinic');
  await widget.nameAndPassword(user);
  await widget.expectHeading('Wait a moment');

  await admin('unlock', user);
  await page.evaluate(() => sessionStorage.clear());
  await page.goto('/clinic');
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});
