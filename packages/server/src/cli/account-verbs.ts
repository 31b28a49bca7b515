import { type Command, Option } from 'commander';
import type { Admin } from '../admin/admin.ts';
import type { FoundAccount, FoundLock } from '../admin/help-desk/find.ts';
import type { Cap } from '../admin/help-desk/unlock.ts';
import type { AccountRequest } from '../admin/request/admin-context.ts';
import type { Actor } from '../admin/request/roles.ts';
import { type Answer, type Cli, examples, withAdmin } from './session.ts';
import { defaultActor } from './terminal.ts';

interface Options {
  reason: string;
  actor: Actor;
  as?: 'lost' | 'replaced';
  hours?: number;
}

interface AccountVerb {
  name: string;
  summary: string;
  description: string;
  run(admin: Admin, request: AccountRequest, options: Options): Promise<Answer>;
}

const verbs: readonly AccountVerb[] = [
  {
    name: 'find',
    summary: "show a person's account, factors and locks",
    description:
      'Shows one account: its state, factors, locks, sessions and devices. Never a password, secret or code.',
    async run(admin, request) {
      const found = await admin.find(request);
      return { data: found, lines: describe(found) };
    },
  },
  {
    name: 'invite',
    summary: 'mail a person the link that begins the account',
    description:
      'Mails the link with which a new person chooses a password and sets up an authenticator. It works once, for 24 ' +
      'hours; inviting again voids the older link. Asks TWEESTAP_BASE_URL, which the link begins with.',
    async run(admin, request) {
      const data = await admin.invite(request);
      return { data, lines: [`Invited ${data.to}; the link is good until ${data.expiresAt}.`] };
    },
  },
  {
    name: 'unlock',
    summary: 'lift the locks after wrong passwords or codes',
    description:
      'Lifts the soft locks of password, codes and recovery codes. The counts towards the hard caps stay; a cap that was ' +
      'reached is named, with what ends it.',
    async run(admin, request) {
      const data = await admin.unlock(request);
      const lifted = data.lifted === 0 ? 'There was nothing to lift.' : `Lifted ${count(data.lifted, 'lock')}.`;
      return { data, lines: [lifted, ...data.remaining.map((cap) => wayOut[cap])] };
    },
  },
  {
    name: 'issue-code',
    summary: 'give a one-time code to who has neither phone nor recovery codes',
    description:
      'Makes a code that the person types as a recovery code, beside the password, to set up a new authenticator in that ' +
      'login; the old one and the old recovery codes end then. It works once, and voids the code before it. The person is ' +
      'told by mail. A stolen phone: reset-factors instead.',
    async run(admin, request, { hours = 1 }) {
      const data = await admin.issueCode({ ...request, hours });
      return { data, lines: [`The code is ${data.code}, good until ${data.expiresAt}. It is shown this once.`] };
    },
  },
  {
    name: 'reset-factors',
    summary: 'take all second factors away, to be set up anew',
    description:
      'Ends all authenticators and recovery codes, and all sessions, devices and open flows. ' +
      'At the next login the person sets up a new authenticator.',
    async run(admin, request, { as }) {
      const data = await admin.resetFactors({ ...request, ...(as ? { as } : {}) });
      const { factors, recoveryCodes, sessions, devices, flows } = data;
      const ended = [
        count(factors, 'authenticator'),
        count(recoveryCodes, 'recovery code'),
        count(sessions, 'session'),
        count(devices, 'device'),
        count(flows, 'open flow'),
      ];
      return { data, lines: [`Ended ${ended.join(', ')}.`] };
    },
  },
  {
    name: 'end-sessions',
    summary: 'sign a person out everywhere',
    description: 'Ends all sessions of a person, on all instances. Remembered devices stay.',
    async run(admin, request) {
      const data = await admin.endSessions(request);
      return { data, lines: [`Ended ${count(data.sessions, 'session')}.`] };
    },
  },
  {
    name: 'disable',
    summary: 'shut a person out',
    description: 'Disables an account: no login any more, and all sessions, devices and open flows end at once.',
    async run(admin, request) {
      const data = await admin.disable(request);
      return { data, lines: [data.changed ? 'The account is disabled.' : 'The account was disabled already.'] };
    },
  },
  {
    name: 'enable',
    summary: 'let a disabled person in again',
    description: 'Enables an account again, with the password and the factors it had.',
    async run(admin, request) {
      const data = await admin.enable(request);
      return { data, lines: [data.changed ? 'The account is enabled.' : 'The account was enabled already.'] };
    },
  },
  {
    name: 'delete-user',
    summary: 'delete a person for good',
    description:
      'Deletes an account with its factors, codes, sessions and devices. There is no way back. ' +
      "The person's entries in the audit stay, without a link to the person.",
    async run(admin, request) {
      return { data: await admin.deleteUser(request), lines: ['The person is deleted.'] };
    },
  },
];

/** What helps where unlocking does not. */
const wayOut: Readonly<Record<Cap, string>> = {
  'password-cap':
    'The password stays locked on unknown devices: a new password ends that, by "Forgot password" or by tweestap reset-password.',
  'code-cap': 'The authenticator stays disabled: a recovery code, or tweestap reset-factors, leads to a new one.',
  'recovery-cap':
    'The recovery codes stay refused: new ones are made in the settings, or after tweestap reset-factors.',
};

export function registerAccountVerbs(cli: Cli): void {
  for (const verb of verbs) {
    const command = cli.program
      .command(verb.name)
      .summary(verb.summary)
      .description(verb.description)
      .argument('<organisation>', "the organisation's id")
      .argument('<account>', "the person's username, in any spelling, or the account's id")
      .requiredOption('--reason <text>', 'why, in a sentence; stands in the audit');
    withActor(command);
    if (verb.name === 'reset-factors') command.addOption(asOption());
    if (verb.name === 'issue-code') command.addOption(hoursOption());
    command
      .addHelpText('after', examples(`tweestap ${verb.name} clinic jo --reason "called, known by voice"`))
      .action(async (organisation: string, account: string, options: Options) => {
        const request = { organisation, account, actor: options.actor, reason: options.reason };
        // A lost key is mended by taking away what it sealed.
        const anyKey = verb.name === 'reset-factors';
        cli.answer(await withAdmin(cli.terminal, (admin) => verb.run(admin, request, options), { anyKey }));
      });
  }
}

/** Who is named in the audit. */
export function withActor(command: Command): Command {
  const asActor = (name: string): Actor => ({ role: 'administrator', name });
  const name = defaultActor();
  return command.addOption(
    new Option('--actor <name>', 'who does it, recorded in the audit with the role administrator')
      .argParser(asActor)
      .default(asActor(name), JSON.stringify(name)),
  );
}

const asOption = (): Option =>
  new Option(
    '--as <state>',
    'replaced: codes of the old app are recognised for 30 days, and refused; lost: the phone may be in other hands',
  )
    .choices(['replaced', 'lost'])
    .default('replaced');

export const hoursOption = (): Option =>
  new Option('--hours <number>', 'how long the code is good, 1 to 24').argParser(Number).default(1);

function describe(found: FoundAccount): string[] {
  const factors = found.factors.map(
    ({ name, method, state, lastUsedAt }) => `  ${method} "${name}", ${state}, last used ${lastUsedAt ?? 'never'}`,
  );
  return [
    `${found.username}${found.name === undefined ? '' : ` (${found.name})`} in ${found.organisation}, ${found.state}`,
    `id: ${found.id}, since ${found.createdAt}${found.email === undefined ? '' : `, ${found.email}`}`,
    `password: ${found.hasPassword ? 'set' : 'none yet'}, ${describeLock(found.locks.password)}`,
    ...(found.hasPassword ? [] : [describeInvitation(found.invitation)]),
    `codes: ${describeLock(found.locks.codes)}; recovery codes left: ${found.recoveryCodesLeft}, ${describeLock(found.locks.recoveryCodes)}`,
    ...(found.passwordStarted
      ? [`new password: started by ${found.passwordStarted.by}, good until ${found.passwordStarted.expiresAt}`]
      : []),
    ...(found.helpDeskCode ? [`help-desk code: given, good until ${found.helpDeskCode.expiresAt}`] : []),
    `sessions: ${found.sessions}, devices: ${found.devices}`,
    factors.length === 0 ? 'factors: none' : 'factors:',
    ...factors,
  ];
}

function describeInvitation(invitation: FoundAccount['invitation']): string {
  if (!invitation) return 'invitation: none yet';
  const { sentAt, expiresAt, expired } = invitation;
  return `invitation: made ${sentAt}, ${expired ? 'expired' : 'good until'} ${expiresAt}`;
}

function describeLock({ soft, hard, lockedUntil, capped }: FoundLock): string {
  const until = lockedUntil === undefined ? '' : `, locked until ${lockedUntil}`;
  return `${soft} wrong (${hard} since the last success)${until}${capped ? ', at the hard cap' : ''}`;
}

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
