import { type Guard, guardsOf } from '../guard.ts';

/** Guards that slow attackers down, bound the rows they can create, and hide the time of a hash. */
export const budgetGuards: readonly Guard[] = [
  ...guardsOf('throttle/throttle.ts', 'http/throttle.test.ts', {
    guard: 'A budget has a limit',
    from: '(rows.get(budget.key)?.soft ?? 0) >= budget.limit',
    to: '(rows.get(budget.key)?.soft ?? 0) < 0',
    title:
      'R44 after 300 wrong passwords for made-up usernames from an address, a known device and an open code step still work there',
  }),
  ...guardsOf('throttle/throttle.ts', 'http/throttle.test.ts', {
    guard: 'Wrong codes have a separate limit per address',
    from: "const ceiling = spending === 'code' ? 'codes' : 'failures';",
    to: "const ceiling = 'failures';",
    title: 'R44 wrong codes have a separate ceiling, which made-up usernames can’t reach and which blocks no password',
  }),
  ...guardsOf('throttle/throttle.ts', 'http/forged-device.test.ts', {
    guard: 'Only a browser that is known to the account uses the budget of a known device',
    from: 'own.length > 0 && (await attempted.isKnown()) ? own : others',
    to: 'own.length > 0 ? own : others',
    title: 'R44 a made-up device cookie has no budget of its own',
  }),
  ...guardsOf('throttle/throttle.ts', 'http/throttle.test.ts', {
    guard: 'Many logins that stop after a correct password slow their address down',
    from: "if (spending !== 'password') return false;",
    to: "if (spending !== 'never') return false;",
    title:
      'R44 an address where many logins stop after a correct password is slowed down, which creates one audit event',
  }),
  ...guardsOf('store/requests/refusals.ts', 'http/bounded-rows.test.ts', {
    guard: 'Repeated refusals in a window create one audit event',
    from: '=> counted?.repeated === 0,',
    to: '=> counted !== undefined,',
    title: 'R93 attempts on a locked username create one audit event in a window',
  }),
  ...guardsOf('accounts/password-hasher.ts', 'accounts/password-hasher.test.ts', {
    guard: 'A hash made by Tweestap costs one run for every spelling of the password',
    from: 'own ? functions.verify(hash, nfc(password)) : verifyForeignSpelling(hash, password, functions)',
    to: 'verifyForeignSpelling(hash, password, functions)',
    title: 'R54 an own hash, current or outdated, takes one run of the NFC form, like an unknown username',
  }),
  ...guardsOf('accounts/password-hasher.ts', 'accounts/password-hasher.test.ts', {
    guard: 'An unknown username costs the same hash run',
    from: 'await queue.run(() => functions.verify(decoyHash, nfc(password)), origin);',
    to: 'await queue.run(async () => false, origin);',
    title: 'R54 an own hash, current or outdated, takes one run of the NFC form, like an unknown username',
  }),
];
