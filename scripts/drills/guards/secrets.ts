import { type Guard, guardsOf } from '../guard.ts';

/** Guards of keys, tokens, hashes and names. */
export const secretGuards: readonly Guard[] = [
  ...guardsOf(
    'crypto/keyring.ts',
    'crypto/keyring.test.ts',
    {
      guard: 'A sealed secret is bound to its row',
      from: 'JSON.stringify([VERSION, keyId, ...binding])',
      to: 'JSON.stringify([VERSION, keyId])',
      title: 'R60: a secret that was moved to another organisation, account or authenticator does not open',
    },
    {
      guard: 'A binding is a list and not a concatenated string',
      from: 'JSON.stringify([VERSION, keyId, ...binding])',
      to: "[VERSION, keyId, ...binding].join('')",
      title: 'R60: a secret that was moved to another organisation, account or authenticator does not open',
    },
    {
      guard: 'Each sealing uses a fresh nonce',
      from: 'const nonce = random(NONCE_BYTES);',
      to: 'const nonce = Buffer.alloc(NONCE_BYTES);',
      title: 'sealing the same secret twice gives different texts',
    },
    {
      guard: 'An encryption key has exactly 32 bytes',
      from: 'if (bytes?.byteLength !== KEY_BYTES) {',
      to: 'if (!bytes) {',
      title: 'the error for a wrong setting names the key, says what was expected, and repeats no key',
    },
  ),
  ...guardsOf(
    'crypto/tokens.ts',
    'crypto/tokens.test.ts',
    {
      guard: 'Hashes are compared in full',
      from: 'a.byteLength === b.byteLength && timingSafeEqual(a, b)',
      to: 'timingSafeEqual(a.subarray(0, 1), b.subarray(0, 1))',
      title: 'hashes of any length are compared in full',
    },
    {
      guard: 'A token has 256 bits',
      from: 'const TOKEN_BYTES = 32;',
      to: 'const TOKEN_BYTES = 8;',
      title: 'an id has 128 bits and a token has 256 bits, in base64url',
    },
    {
      guard: 'Random bytes are used once',
      from: 'drawn += bytes;',
      to: 'drawn += bytes - 1;',
      title: 'results of the system generator do not overlap by a single byte',
    },
  ),
  ...guardsOf(
    'accounts/password-hash.ts',
    'accounts/password-hash.test.ts',
    {
      guard: 'An imported bcrypt hash has a bounded cost',
      from: "limit('bcrypt', cost, LIMITS.bcryptCost);",
      to: '',
      title: 'a hash that would block the server is refused',
    },
    {
      guard: 'An imported argon2 hash has a bounded cost',
      from: "limit('argon2', parameters.memory * parameters.passes, LIMITS.argon2Work);",
      to: '',
      title: 'a hash that would block the server is refused',
    },
  ),
  ...guardsOf('accounts/password-rules.ts', 'accounts/password-rules.test.ts', {
    guard: 'A password has a minimum length (D10)',
    from: 'if (length < rules.minLength)',
    to: 'if (length < 0)',
    title: 'lengths are counted in code points of the composed form',
  }),
  ...guardsOf(
    'accounts/username.ts',
    'accounts/username.test.ts',
    {
      guard: 'All spellings of a username have one key',
      from: "return foldCase(spaced.normalize('NFC')).normalize('NFC');",
      to: "return spaced.normalize('NFC');",
      title: 'R47: all spellings of a username have one key',
    },
    {
      guard: 'Invisible characters are refused in names',
      from: 'if (INVISIBLE.test(spaced)) {',
      to: 'if (spaced.length < 0) {',
      title: 'R58: control, bidi and zero-width characters are refused',
    },
    {
      guard: 'Look-alikes of @ are refused in names',
      from: 'if (AT_LOOK_ALIKE.test(spaced))',
      to: 'if (spaced.length < 0)',
      title: 'R58: look-alikes of @ are refused',
    },
  ),
  ...guardsOf('links/leave-mail.ts', 'mail/sender.test.ts', {
    guard: 'A link in the outbox is sealed to its row',
    from: "['outbox-link', outboxId]",
    to: "['outbox-link']",
    title: 'a link that was sealed for another row is not sent',
  }),
];
