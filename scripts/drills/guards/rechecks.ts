import { type Guard, guardsOf } from '../guard.ts';

/** Guards that check again in the transaction that makes a session (R92), and guards against a clock that was set back. */
export const recheckGuards: readonly Guard[] = [
  ...guardsOf(
    'flow/recheck.ts',
    'flow/recheck.test.ts',
    {
      guard: 'A flow that expired during its last submission makes no session',
      from: "if (now >= row.expires_at) throw new Conflict('flow-expired');",
      to: '',
      title: 'R92 a flow that expires while its last submission waits creates no session',
    },
    {
      guard: 'A session that ended during the submission is not renewed',
      from: "if (!session || !isLive(session, now)) throw new Conflict('no-session');",
      to: '',
      title: 'R92 no authenticator is enrolled by a session that was ended while the submission waits',
    },
    {
      guard: 'A factor that was disabled after its proof is no proof',
      from: "if (!(await isFactorStillValid(tx, submitted, person.id, factors))) gone.push('factor', 'enrolled');",
      to: '',
      title: 'R92 no authenticator is enrolled by a factor that was disabled after it was proven',
    },
    {
      guard: 'A device that was forgotten during the login no longer replaces the factor',
      from: 'return device !== undefined && remembersFactor(device, policy, now) !== undefined;',
      to: 'return device !== undefined || policy !== undefined || now > 0;',
      title:
        'R39 a login with a stolen device cookie that waits in the hash queue gets no session if meanwhile the user forgets all devices',
    },
    {
      guard: 'A factor that was enrolled during the login is required',
      from: 'if (gone.length === 0 && !hasChanged && !isDue) return;',
      to: 'if (gone.length === 0 && !isDue && (hasChanged || !hasChanged)) return;',
      title: 'R92 a login with the password alone gets no session if an authenticator was enrolled between its reads',
    },
    {
      guard: 'An enrolment that became mandatory during the login is required',
      from: 'if (gone.length === 0 && !hasChanged && !isDue) return;',
      to: 'if (gone.length === 0 && !hasChanged && (isDue || !isDue)) return;',
      title: 'R92 an enrolment is not deferred if the policy requires a factor by the time of the commit',
    },
  ),
  ...guardsOf('runtime/clock-guard.ts', 'runtime/clock-guard.test.ts', {
    guard: 'A clock that was set back stops the process',
    from: 'if (base + elapsed - now <= TOLERANCE) return false;',
    to: 'if (base + elapsed - now <= TOLERANCE * 1e9) return false;',
    title:
      'R86 a jump back of five seconds is tolerated, a longer one stops all requests until the clock has caught up',
  }),
  ...guardsOf('runtime/clock-guard.ts', 'runtime/clock-guard.test.ts', {
    guard: 'Small steps back add up to a long one',
    from: 'base -= behind > 0 ? Math.min(behind, (elapsed - checkedAt) * SLEWING) : behind;',
    to: 'base -= behind;',
    title: 'R86 small jumps back add up and are detected',
  }),
  ...guardsOf('http/handler.ts', 'http/clock.test.ts', {
    guard: 'Every route answers 503 while the clock is set back',
    from: "if (clockGuard.isBehind() && target?.path !== '/health/live') throw clockBehind();",
    to: '',
    title: 'R86 after the clock of a process is set back, every route and gate returns 503 until it has caught up',
  }),
  ...guardsOf('store/sessions.ts', 'http/clock.test.ts', {
    guard: 'A session that was refused while the clock was before its creation is ended',
    from: ", eb('last_seen_at', '>', seenUntil)]",
    to: ']',
    title: 'R86 an idle session that was refused while the clock was before its creation stays refused (sqlite)',
  }),
  ...guardsOf('store/flows.ts', 'http/clock.test.ts', {
    guard: 'A flow that was refused while the clock was before its creation is ended',
    from: ", eb('created_at', '>', madeUntil)]",
    to: ']',
    title: 'R86 an open flow that was refused while the clock was before its creation stays refused (sqlite)',
  }),
  ...guardsOf('store/links.ts', 'http/clock.test.ts', {
    guard: 'A link that was refused while the clock was before its creation is voided',
    from: ", eb('created_at', '>', now)]",
    to: ']',
    title: 'R86 a mailed link that was refused while the clock was before its creation stays refused (sqlite)',
  }),
  ...guardsOf('factors/recovery-codes/desk-code.ts', 'http/clock.test.ts', {
    guard: 'A code for a new password that was found expired stays expired',
    from: 'row.expired_at === null && row.expires_at > now',
    to: 'row.expires_at > now',
    title:
      'R86 a code for a new password that a changing request found expired is not revived when the clock is set back (sqlite)',
  }),
];
