import { type Guard, guardsOf } from '../guard.ts';

/** Guards of text messages: what is sent, to whom, how often, and who may report about it. */
export const smsGuards: readonly Guard[] = [
  ...guardsOf(
    'sms/phone-number.ts',
    'sms/phone-number.test.ts',
    {
      guard: 'A code is sent to mobile numbers only',
      from: 'if (!MOBILE_TYPES.includes(number.getType())) return undefined;',
      to: '',
      title: 'R24 a number at which no mobile phone can be reached is refused',
    },
    {
      guard: 'A code is sent to listed countries only',
      from: 'number && sms.countries.includes(number.country) ? number : undefined',
      to: 'number',
      title: 'R24 a number of a country that the organisation does not list is refused',
    },
    {
      guard: 'A number is shown by its last two digits only',
      from: 'const SHOWN_DIGITS = 2;',
      to: 'const SHOWN_DIGITS = 6;',
      title: 'R25 a masked number shows the country and the last two digits only',
    },
  ),
  ...guardsOf(
    'sms/sending-limits.ts',
    'sms/sending-limits.test.ts',
    {
      guard: 'A message is counted in all of its limits or in none',
      from: 'for (const each of counted.reverse()) await returnAttempt(tx, each.key, each.taken);',
      to: '',
      title: 'R24 a text that one limit refuses uses up no other',
    },
    {
      guard: 'A message at a limit is not sent',
      from: '      hardLimit: limit,\n',
      to: '',
      title: 'R24 the limit of texts by account holds',
    },
    {
      guard: 'The limits of one organisation count for no other',
      from: "['sms', scope, organisation.id]",
      to: "['sms', scope]",
      title: 'R64 the texts of one organisation count for no other',
    },
    {
      guard: 'Messages to a confirmed number do not count towards the limit of the number',
      from: "...(of.isConfirmed ? [] : [budget('number', number.e164)]),",
      to: "budget('number', number.e164),",
      title: 'R91 others who enter a user’s number use up no text that the user needs to log in',
    },
    {
      guard: 'Numbers and networks are hashed with a key in the counters',
      from: "keyring.hash(value, ['sms', scope, organisation.id])",
      to: 'value + organisation.id',
      title: 'R25 R66 the counters hold no number, and are deleted after their day',
    },
  ),
  ...guardsOf(
    'sms/delivery.ts',
    'http/sms-delivery.test.ts',
    {
      guard: 'A delivery report needs a signature of its body',
      from: "return sameBytes(Buffer.from(given.replace(/^(?:sha256|v1)=/, ''), settings.encoding), expected);",
      to: 'return expected.byteLength > 0;',
      title: 'R93 a report without a valid and recent signature is refused and stores nothing',
    },
    {
      guard: 'The signature of a delivery report covers its time',
      from: 'update(`${timestamp}.${body}`',
      to: 'update(`${body}`',
      title: 'a delivered text is recorded on its row, once',
    },
    {
      guard: 'A delivery report is at most five minutes old',
      from: 'if (Math.abs(Number(timestamp) * 1000 - now) > TOLERANCE_MS) return false;',
      to: '',
      title: 'a captured report that is replayed changes nothing and is refused after five minutes',
    },
  ),
  ...guardsOf(
    'sms/sms-channel.ts',
    'sms/sms-channel.test.ts',
    {
      guard: 'Code and number are removed once a text is sent',
      from: 'kept: ({ data }) => withoutContent(data),',
      to: 'kept: ({ data }) => data,',
      title: 'R25 R59 code and number are sealed while a text waits, and removed once it is sent',
    },
    {
      guard: 'A text is not sent to a country that is no longer listed',
      from: 'if (!number || !organisation.policy.sms?.countries.includes(number.country)) {',
      to: 'if (!number) {',
      title: 'R24 a text is not sent to a country that the organisation no longer lists',
    },
  ),
  ...guardsOf(
    'outbox/sender.ts',
    'sms/sms-channel.test.ts',
    {
      guard: 'A code that was voided or used is not sent',
      from: 'row.challenge_id !== null && !(await isCodeOpen(database.read, row.challenge_id))',
      to: 'row.challenge_id === undefined',
      title: 'R19 a text whose code was voided or used is not sent',
    },
    {
      guard: 'A code that has expired is not sent',
      from: "if (row.expires_at !== null && row.expires_at <= now) return new SendFailure('expired', { permanent: true });",
      to: '',
      title: 'R19 a text is not sent from the moment on at which its code expires',
    },
    {
      guard: 'Nothing of a failed code is kept',
      from: '...(expires ? { data: channel.kept(row) } : {})',
      to: '',
      title: 'a message that is refused with 400 is a dead letter without number and code',
    },
  ),
  ...guardsOf('outbox/sealed-content.ts', 'sms/sms-channel.test.ts', {
    guard: 'The content of a message is bound to its row',
    from: "['outbox-content', outboxId]",
    to: "['outbox-content', outboxId.slice(0, 0)]",
    title: 'a text that was sealed for another row is not sent',
  }),
  ...guardsOf('sms/gateway.ts', 'sms/sms-channel.test.ts', {
    guard: 'A redirect of the gateway is not followed',
    from: "redirect: 'manual', ",
    to: '',
    title: 'a gateway that redirects to another address gets the same message again',
  }),
  ...guardsOf('sms/gateway.ts', 'sms/gateway.test.ts', {
    guard: 'The response of a gateway is read only up to a limit',
    from: 'if (size > MAX_RESPONSE_BYTES || signal.aborted) return undefined;',
    to: '',
    title: 'a response that is too long is not read',
  }),
  ...guardsOf('sms/sms-text.ts', 'sms/sms-text.test.ts', {
    guard: 'A text ends with the host and the code',
    from: '`@${host} #${code}`',
    to: '`${code}`',
    title: 'R26 a text in en for "De Linde" is one message that ends with',
  }),
  ...guardsOf('mail/prepare.ts', 'notices/outbox-messages.test.ts', {
    guard: 'A mailed code is sent only to the address for which it was created',
    from: "if (sent && sent.to !== to) return { not: 'drop' };",
    to: '',
    title: 'R33 a mailed code is not sent after a change of address',
  }),
  ...guardsOf(
    'store/outbox.ts',
    'http/sms-delivery.test.ts',
    {
      guard: 'A message with a code is never scheduled again',
      from: ".where('expires_at', 'is', null);",
      to: ';',
      title: 'an undeliverable text becomes a dead letter that the help desk sees',
    },
    {
      guard: 'The first final delivery report counts',
      from: ".where('delivery', 'is', null)",
      to: '',
      title: 'a delivered text is recorded on its row, once',
    },
  ),
  ...guardsOf(
    'store/challenges.ts',
    'steps/sms.test.ts',
    {
      guard: 'The newest code voids the older ones of the account',
      from: '    .set({ voided_at: row.created_at })',
      to: '    .set({ voided_at: null })',
      title: 'R19 the newest code voids the older ones, and sending again resets no failure',
    },
    {
      guard: 'A sent code belongs to its flow',
      from: "      .where('flow_id', '=', flowId)\n      .where('account_id', '=', accountId)\n      .where('method', '=', method)\n      .orderBy",
      to: "      .where('account_id', '=', accountId)\n      .where('method', '=', method)\n      .orderBy",
      title: 'R19 a code works once, in the flow that it was sent for and in its browser',
    },
  ),
  ...guardsOf('store/challenges.ts', 'store/challenges.test.ts', {
    guard: 'A sent code is accepted once',
    from: "    .where('spent_at', 'is', null)\n    .where('voided_at', 'is', null)\n    .where('expires_at', '>', now)",
    to: '',
    title: 'R19 R63 one of 20 parallel submissions spends a challenge, on two instances',
  }),
  ...guardsOf(
    'factors/sent-code/challenge.ts',
    'steps/sms.test.ts',
    {
      guard: 'The sending limits are asked before a code is sent',
      from: '  return await channel.wait(context, destination);',
      to: '  return undefined;',
      title: 'R24 R28 R91 at a sending limit the step is shown with the other ways, and no message is sent',
    },
    {
      guard: 'A message is counted in the transaction that leaves it',
      from: 'if (!(await channel.count(tx, context, destination))) return atLimit();',
      to: '',
      title: 'R24 a limit that parallel logins reach leaves each with a step, and sends no message too many',
    },
    {
      guard: 'Another code is sent only after a wait',
      from: '  if (until > context.now) return',
      to: '  if (until > context.now + 600_000) return',
      title: 'R19 the newest code voids the older ones, and sending again resets no failure',
    },
    {
      guard: 'A code is valid for ten minutes at most',
      from: 'if (!isPresent || !isLiveChallenge(found, now))',
      to: 'if (!isPresent)',
      title: 'R19 a code is refused after ten minutes, also after the clock was set back',
    },
    {
      guard: 'A code that was sent to a replaced number proves nothing',
      from: 'const isPresent = destination !== undefined && isDestination(destination.address, found, keyring);',
      to: 'const isPresent = true;',
      title: 'R19 a replaced number does not receive or prove anything',
    },
  ),
  ...guardsOf('steps/enroll-sms.ts', 'steps/enroll-sms.test.ts', {
    guard: 'Wrong codes of a new number are counted',
    from: "return action === 'submit' ? await factorCounted(context, 'sms') : undefined;",
    to: 'return undefined;',
    title: 'wrong codes of a new number are counted, so it can’t be set up by guessing',
  }),
];
