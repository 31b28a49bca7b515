import { type Guard, guardsOf } from '../guard.ts';

/** Guards of codes, devices, the audit, emails, logs and exports. */
export const proofGuards: readonly Guard[] = [
  ...guardsOf(
    'factors/totp/code.ts',
    'factors/totp/code-verify.test.ts',
    {
      guard: 'A TOTP step at or below the last accepted one is refused',
      from: '(lastStep === null || step > lastStep)',
      to: 'true',
      title: 'R14 a time step at or below the last accepted one is refused',
    },
    {
      guard: 'A burnt TOTP step is refused',
      from: 'return (lastStep === null || step > lastStep) && !burntSteps.includes(step);',
      to: 'return lastStep === null || step > lastStep;',
      title: 'R18a a burnt time step is refused in the window',
    },
    {
      guard: 'T−2 is not accepted',
      from: 'const before = Math.max(now - 1, 0);',
      to: 'const before = Math.max(now - 2, 0);',
      title: 'R15 exactly T and T-1 are accepted, tested one millisecond on either side of the limits',
    },
    {
      guard: 'T+1 is not accepted',
      from: 'same(totpNumber(secret, now, typed.modulus), typed.value)',
      to: 'same(totpNumber(secret, now + 1, typed.modulus), typed.value)',
      title: 'R15 exactly T and T-1 are accepted, tested one millisecond on either side of the limits',
    },
    {
      guard: 'A code is compared in full',
      from: 'return ((a ^ b) - 1) >>> 31;',
      to: 'return (((a ^ b) & 0xff) - 1) >>> 31;',
      title: 'R15 only codes of T and T-1 are accepted, for random codes and times',
    },
  ),
  ...guardsOf(
    'factors/totp/code.ts',
    'factors/totp/code-input.test.ts',
    {
      guard: 'A code has exactly the required number of digits',
      from: 'code.length === digits && ',
      to: '',
      title: 'R17 a code has exactly the required number of digits',
    },
    {
      guard: 'A code has only ASCII digits',
      from: '/^[0-9]+$/.test(code) ? code : null',
      to: 'code !== null ? code : null',
      title: 'R17 non-ASCII digits, other characters and letters are refused',
    },
  ),
  ...guardsOf(
    'factors/recovery-codes/recovery-codes.ts',
    'factors/recovery-codes/recovery-codes.test.ts',
    {
      guard: 'A recovery code is bound to its account',
      from: 'return hasher.raw(JSON.stringify(of), bytes, parameters);',
      to: 'return hasher.raw(JSON.stringify([of[0], of[2]]), bytes, parameters);',
      title: 'R30 a code is bound to its account, so a row moved to another account matches nothing',
    },
    {
      guard: 'A spent recovery code is refused',
      from: "match.spentAt === null ? { outcome: 'matched', id: match.id } : { outcome: 'spent' }",
      to: "{ outcome: 'matched', id: match.id }",
      title: 'R30 each code matches its own row, and the other five are unaffected',
    },
  ),
  ...guardsOf(
    'devices/known-device.ts',
    'devices/devices.test.ts',
    {
      guard: 'A remembered device expires at its time',
      from: 'return Math.min(until, factorTime + longest);',
      to: 'return factorTime + longest;',
      title: "R37 12h is 12 hours by the server's clock",
    },
    {
      guard: 'The current policy limits remembered devices',
      from: 'return Math.min(until, factorTime + longest);',
      to: 'return longest > 0 ? until : undefined;',
      title: 'R37 a duration outside the policy is not offered, and one that the policy dropped no longer counts',
    },
  ),
  ...guardsOf('flow/effects/password-proof.ts', 'devices/devices.test.ts', {
    guard: 'A replayed device token revokes the device',
    from: 'await deleteBrowser(tx, browserId);',
    to: '',
    title: 'R40 a replayed device token revokes the device and notifies its user',
  }),
  ...guardsOf(
    'audit/chain.ts',
    'audit/chain.test.ts',
    {
      guard: 'The audit chain covers the detail of an entry',
      from: '    row.detail,\n',
      to: '',
      title: 'R81: the hash of an entry covers each of its columns',
    },
    {
      guard: 'An audit entry is chained to the previous entry',
      from: '    previousHash,\n    chainIndex,\n',
      to: '    chainIndex,\n',
      title: 'R81: the hash of an entry covers each of its columns',
    },
  ),
  ...guardsOf('audit/record.ts', 'audit/audit.test.ts', {
    guard: 'The audit refers to an account by a pseudonym',
    from: 'return accountId ? await pseudonymOf(tx, accountId, () => newId(random)) : await noPseudonym(tx);',
    to: 'return accountId ?? null;',
    title: 'R81: an account has a pseudonym from its first entry on',
  }),
  ...guardsOf(
    'audit/verify.ts',
    'audit/audit.test.ts',
    {
      guard: 'A truncated audit is detected',
      from: "if (index < (head?.chain_index ?? 0) || index < (anchor?.index ?? 0)) return broken('truncated');",
      to: '',
      title: 'R81: the head record reveals a truncated chain',
    },
    {
      guard: 'A rewritten audit is detected by its anchor',
      from: "if (anchor?.index === index && anchor.hash !== previous) return broken('not-the-anchor');",
      to: '',
      title: 'R81: a head that was kept elsewhere reveals a rebuilt chain',
    },
  ),
  ...guardsOf(
    'mail/page.ts',
    'mail/render.test.ts',
    {
      guard: 'Names are escaped in emails',
      from: 'return text.replace(/[&<>"\']/g, (sign) => entities[sign] ?? sign);',
      to: 'return entities[text] ?? text;',
      title: 'R78: hostile names are shown as plain text in the subject, text and HTML',
    },
    {
      guard: 'A name in an email header is limited to one line',
      from: "    .replace(/[\\p{Cc}\\p{Zl}\\p{Zp}\\s]+/gu, ' ')\n",
      to: '',
      title: 'R78: hostile names are shown as plain text in the subject, text and HTML',
    },
  ),
  ...guardsOf('mail/prepare.ts', 'mail/sender.test.ts', {
    guard: 'A sent email keeps no link in the outbox',
    from: 'const { link: _link, sealed: _sealed, ...kept } = JSON.parse(row.data) as RowData;',
    to: 'const kept = JSON.parse(row.data) as RowData;',
    title: 'R59: a link is stored sealed while it waits, and is deleted after it was sent',
  }),
  ...guardsOf('runtime/log.ts', 'runtime/log.test.ts', {
    guard: 'The log does not quote invalid JSON',
    from: 'const message = error instanceof SyntaxError ? {} : {',
    to: 'const message = {',
    title: 'R25: the message of JSON.parse, which quotes the text, is left out',
  }),
  ...guardsOf('admin/users/users-file.ts', 'admin/users/users-file.test.ts', {
    guard: "A cell of an export can't be a formula",
    from: '.replace(DANGEROUS, "\'")',
    to: '',
    title: 'R78: no cell of an export begins like a formula, whatever delimiter the spreadsheet uses',
  }),
];
