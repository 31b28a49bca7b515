import { type Guard, guardsOf } from '../guard.ts';

/** Guards in conditional updates: single use, expiry and ownership. */
export const storeGuards: readonly Guard[] = [
  ...guardsOf(
    'store/factors/time-steps.ts',
    'store/sqlite.test.ts',
    {
      guard: 'A time step is accepted only above the last accepted one',
      from: "      .where('last_step', '<', step)\n",
      to: '',
      title: 'R14 a time step at or below the last accepted one is refused, also after a restart',
    },
    {
      guard: 'A burnt time step is never accepted',
      from: ".where('burnt_steps.step', '=', step),",
      to: ".where('burnt_steps.step', '=', -step),",
      title: 'R18a a burnt time step is refused when the clock reaches it, and its neighbours are accepted',
    },
    {
      guard: 'A time step of an ended factor is never accepted',
      from: "      .where('state', '=', 'active')\n      .where('last_step', '<', step)\n",
      to: "      .where('last_step', '<', step)\n",
      title: 'R16 a replaced factor stops accepting codes immediately',
    },
  ),
  ...guardsOf('store/recovery-codes.ts', 'store/sqlite.test.ts', {
    guard: 'A recovery code works once',
    from: "    .where('id', '=', id)\n    .where('spent_at', 'is', null)\n",
    to: "    .where('id', '=', id)\n",
    title: 'R30 of 50 parallel uses of a recovery code exactly one succeeds, and the other five codes stay',
  }),
  ...guardsOf(
    'store/help-desk/desk-codes.ts',
    'store/sqlite.test.ts',
    {
      guard: 'A help-desk code works once',
      from: `      .set({ spent_at: now })
      .where('id', '=', id)
      .where('spent_at', 'is', null)
`,
      to: `      .set({ spent_at: now })
      .where('id', '=', id)
`,
      title: 'R30 of 50 parallel uses of a help-desk code exactly one succeeds',
    },
    {
      guard: 'An expired help-desk code is refused',
      from: `      .set({ spent_at: now })
      .where('id', '=', id)
      .where('spent_at', 'is', null)
      .where('expired_at', 'is', null)
      .where('expires_at', '>', now)
`,
      to: `      .set({ spent_at: now })
      .where('id', '=', id)
      .where('spent_at', 'is', null)
      .where('expired_at', 'is', null)
`,
      title: 'R30 a help-desk code cannot be spent after it has expired',
    },
  ),
  ...guardsOf(
    'store/links.ts',
    'store/sqlite.test.ts',
    {
      guard: 'A mailed link works once',
      from: "    .set({ used_at: now, sealed: null })\n    .where('id', '=', id)\n    .where('used_at', 'is', null)\n",
      to: "    .set({ used_at: now, sealed: null })\n    .where('id', '=', id)\n",
      title: 'R31 of 50 parallel uses of a link exactly one succeeds',
    },
    {
      guard: 'An expired mailed link is refused',
      from: "    .where('expires_at', '>', now)\n",
      to: '',
      title: 'R31 of 50 parallel uses of a link exactly one succeeds',
    },
  ),
  ...guardsOf(
    'store/flows.ts',
    'store/sqlite.test.ts',
    {
      guard: 'A flow changes only from the version that was read',
      from: "      .where('version', '=', change.version)\n",
      to: '',
      title: 'R7 of 50 parallel changes of one version of a flow exactly one succeeds',
    },
    {
      guard: 'An ended flow does not change',
      from: "      .where('version', '=', change.version)\n      .where('ended_at', 'is', null),",
      to: "      .where('version', '=', change.version),",
      title: 'R7 a flow that has ended cannot be changed',
    },
  ),
  ...guardsOf(
    'store/devices.ts',
    'store/sqlite.test.ts',
    {
      guard: 'A device token rotates once',
      from: "      .where('token_hash', '=', seenHash),",
      to: ',',
      title: "a browser's token rotates: the previous one stays valid, and the one before it becomes invalid",
    },
    {
      guard: 'Only its own account can forget a device',
      from: "    .deleteFrom('devices')\n    .where('id', '=', id)\n    .where('account_id', '=', accountId)\n",
      to: "    .deleteFrom('devices')\n    .where('id', '=', id)\n",
      title: 'R36 the device of one account is neither found nor forgotten through another account',
    },
  ),
  ...guardsOf('store/accounts/accounts.ts', 'store/sqlite.test.ts', {
    guard: 'An account is found in its own organisation only',
    from: ".where('id', '=', id).where('organisation_id', '=', organisationId),",
    to: ".where('id', '=', id),",
    title: 'R64 the id of an account finds nothing in another organisation',
  }),
  ...guardsOf('store/accounts/passwords.ts', 'store/sqlite.test.ts', {
    guard: 'A rehash never overwrites a newer password',
    from: "if (onlyIf !== undefined) update = update.where('password_hash', '=', onlyIf);",
    to: '',
    title: 'R62 a rehash never overwrites a password that was changed meanwhile',
  }),
  ...guardsOf('store/requests/idempotency.ts', 'store/sqlite.test.ts', {
    guard: 'An idempotency key is claimed once',
    from: 'where idempotency.expires_at <= ${now}',
    to: '',
    title: 'of 50 parallel claims of an idempotency key exactly one succeeds',
  }),
  ...guardsOf('store/upkeep/sweep.ts', 'store/sqlite.test.ts', {
    guard: 'A lease has one holder',
    from: 'where leases.until <= ${now} or leases.holder = excluded.holder',
    to: '',
    title: 'a lease has one holder until it expires or is released',
  }),
  ...guardsOf('store/sessions.ts', 'store/sqlite.test.ts', {
    guard: 'The last use of a session only moves forward',
    from: "    .where('last_seen_at', '<', now)\n",
    to: '',
    title: 'sessions end individually or together for an account',
  }),
  ...guardsOf(
    'store/counters.ts',
    'store/sqlite.test.ts',
    {
      guard: 'No attempt is counted or verified while an account is locked',
      from: 'where counters.locked_until <= excluded.updated_at and counters.hard <',
      to: 'where counters.hard <',
      title: 'R43 of 200 parallel attempts on two instances ten are counted',
    },
    {
      guard: 'No attempt is counted or verified at the hard cap',
      from: ' and counters.hard < ${int(hardLimit)}',
      to: '',
      title: 'R42 at the hard cap no attempt is counted, and lifting the lock does not change the hard count',
    },
  ),
  ...guardsOf('store/outbox.ts', 'mail/sender.test.ts', {
    guard: 'Only the sender that claimed an email can complete it',
    from: "    .where('claim', '=', claim)\n    .executeTakeFirst();\n  return result.numUpdatedRows === 1n;",
    to: '    .executeTakeFirst();\n  return result.numUpdatedRows === 1n;',
    title: 'a sender whose lease has expired cannot complete the email',
  }),
  ...guardsOf(
    'store/sqlite/dialect.ts',
    'store/durability.test.ts',
    {
      guard: 'SQLite syncs each commit to the disk',
      from: 'PRAGMA synchronous = FULL',
      to: 'PRAGMA synchronous = OFF',
      title: 'R63 the writer uses WAL mode with synchronous=FULL',
    },
    {
      guard: "Read connections can't write",
      from: "{ readOnly: mode === 'reader' }",
      to: '{ readOnly: false }',
      title: 'a read connection refuses to write',
    },
  ),
  ...guardsOf('store/sqlite/open-sqlite.ts', 'store/durability.test.ts', {
    guard: 'Only its owner can read the database file',
    from: 'const MODE = 0o600;',
    to: 'const MODE = 0o644;',
    title: 'the database file and its WAL file are readable by their owner only',
  }),
  ...guardsOf('links/make-link.ts', 'links/usable-link.test.ts', {
    guard: 'A link works only for its own purpose',
    from: "if (link?.purpose !== purpose) return { found: 'nothing', link };",
    to: "if (!link) return { found: 'nothing', link };",
    title: 'R12 a link starts only its own kind of flow, and no other token works as a link',
  }),
  ...guardsOf('store/accounts/passwords.ts', 'sessions/sessions.test.ts', {
    guard: 'A session of a disabled account is dead',
    from: ".where('id', '=', id).where('state', '=', 'active'),",
    to: ".where('id', '=', id),",
    title: 'R71 logging out and disabling an account end its session on another instance immediately',
  }),
  ...guardsOf(
    'sessions/sessions.ts',
    'sessions/sessions.test.ts',
    {
      guard: 'A session ends after an hour without use',
      from: 'last_seen_at > idleSince(now) && ',
      to: '',
      title: 'R71 a session ends after an hour without use, and use extends it',
    },
    {
      guard: 'A session ends after 24 hours',
      from: 'return now < expires_at && ',
      to: 'return ',
      title: 'R71 a session ends after 24 hours, even if it is used',
    },
    {
      guard: "A login ends the browser's previous session",
      from: 'if (previous) await deleteSession(tx, previous.id_hash);',
      to: '',
      title: 'R67 a login gives a new id of 256 bits and ends the session that the browser had',
    },
    {
      guard: 'An ended session is not renewed',
      from: 'if (!(await deleteSession(tx, session.id_hash))) return undefined;',
      to: 'await deleteSession(tx, session.id_hash);',
      title: 'R67 a session that has ended is not renewed',
    },
  ),
];
