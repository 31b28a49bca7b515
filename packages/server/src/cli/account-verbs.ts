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
    summary: "show a user's account, factors and locks",
    description:
      'Shows one account with its state, factors, locks, sessions and devices, but never a password, secret or code.',
    async run(admin, request) {
      const found = await admin.find(request);
      return { data: found, lines: describe(found) };
    },
  },
  {
    name: 'invite',
    summary: 'send a user an activation link by email',
    description:
      'Sends the link with which a new user chooses a password and sets up an authenticator. It works once, for 24 ' +
      'hours. Another invitation within 15 minutes sends the same link; a later one sends a new link, which makes the ' +
      'older one invalid. Requires TWEESTAP_BASE_URL, the base address of the link.',
    async run(admin, request) {
      const data = await admin.invite(request);
      return { data, lines: [`Invited ${data.to}; the link is valid until ${data.expiresAt}.`] };
    },
  },
  {
    name: 'link-phone',
    summary: 'send a user a QR code to link a phone, by email',
    description:
      'Sends the QR code with which a user links a phone that approves logins. The email alone links nothing: the user ' +
      'confirms with a code of the present app or phone. It works once, for 24 hours, and voids the previous one. Requires ' +
      'TWEESTAP_BASE_URL, the base address of the link.',
    async run(admin, request) {
      const data = await admin.pushLink(request);
      return { data, lines: [`Sent the QR code to ${data.to}; it is valid until ${data.expiresAt}.`] };
    },
  },
  {
    name: 'unlock',
    summary: 'lift the locks after incorrect passwords or codes',
    description:
      'Lifts the soft locks of the password, the codes and the recovery codes. The counts towards the hard limits stay. A ' +
      'hard limit that was reached is reported, with what ends it.',
    async run(admin, request) {
      const data = await admin.unlock(request);
      const lifted = data.lifted === 0 ? 'There were no locks to lift.' : `Lifted ${count(data.lifted, 'lock')}.`;
      return { data, lines: [lifted, ...data.remaining.map((cap) => wayOut[cap])] };
    },
  },
  {
    name: 'issue-code',
    summary: 'create a one-time code for a user without phone and recovery codes',
    description:
      'Creates a code that the user enters as a recovery code, after the password, to set up a new authenticator in that ' +
      'login. The old authenticator and the old recovery codes then become invalid. The code works once, and makes the ' +
      'previous code invalid. The user is notified by email. For a stolen phone, use reset-factors instead.',
    async run(admin, request, { hours = 1 }) {
      const data = await admin.issueCode({ ...request, hours });
      return { data, lines: [`The code is ${data.code}, valid until ${data.expiresAt}. It is shown only once.`] };
    },
  },
  {
    name: 'reset-factors',
    summary: 'end all second factors, so that the user sets up a new one',
    description:
      'Ends all authenticators and recovery codes, and all sessions, devices and open flows. ' +
      'At the next login, the user sets up a new authenticator.',
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
    summary: 'log a user out everywhere',
    description: 'Ends all sessions of a user, on all instances. Remembered devices stay.',
    async run(admin, request) {
      const data = await admin.endSessions(request);
      return { data, lines: [`Ended ${count(data.sessions, 'session')}.`] };
    },
  },
  {
    name: 'disable',
    summary: 'block an account',
    description:
      'Disables an account. The user can no longer log in, and all sessions, devices and open flows end immediately.',
    async run(admin, request) {
      const data = await admin.disable(request);
      return { data, lines: [data.changed ? 'The account is disabled.' : 'The account was already disabled.'] };
    },
  },
  {
    name: 'enable',
    summary: 'allow a disabled account again',
    description: 'Enables a disabled account again, with its existing password and factors.',
    async run(admin, request) {
      const data = await admin.enable(request);
      return { data, lines: [data.changed ? 'The account is enabled.' : 'The account was already enabled.'] };
    },
  },
  {
    name: 'delete-user',
    summary: 'delete a user permanently',
    description:
      'Deletes an account with its factors, codes, sessions and devices. This cannot be undone. ' +
      "The user's entries in the audit stay, without a link to the user.",
    async run(admin, request) {
      return { data: await admin.deleteUser(request), lines: ['The user is deleted.'] };
    },
  },
];

/** What ends each hard cap, which `unlock` does not lift. */
const wayOut: Readonly<Record<Cap, string>> = {
  'password-cap':
    'The password stays locked on unknown devices. To end this, choose a new one with "Forgot password?" or tweestap reset-password.',
  'code-cap': 'The authenticator stays disabled. To set up a new one, use a recovery code or tweestap reset-factors.',
  'recovery-cap': 'The recovery codes stay refused. To get new ones, use the settings or tweestap reset-factors.',
};

/** Registers the verbs for one account. */
export function registerAccountVerbs(cli: Cli): void {
  for (const verb of verbs) {
    const command = cli.program
      .command(verb.name)
      .summary(verb.summary)
      .description(verb.description)
      .argument('<organisation>', "the organisation's id")
      .argument('<account>', "the user's username, in any spelling, or the account's id")
      .requiredOption('--reason <text>', 'why, in one line; recorded in the audit');
    withActor(command);
    if (verb.name === 'reset-factors') command.addOption(asOption());
    if (verb.name === 'issue-code') command.addOption(hoursOption());
    command
      .addHelpText('after', examples(`tweestap ${verb.name} clinic jo --reason "called, known by voice"`))
      .action(async (organisation: string, account: string, options: Options) => {
        const request = { organisation, account, actor: options.actor, reason: options.reason };
        // After the loss of a key, this verb removes the secrets that it encrypted.
        const anyKey = verb.name === 'reset-factors';
        cli.answer(await withAdmin(cli.terminal, (admin) => verb.run(admin, request, options), { anyKey }));
      });
  }
}

/** Adds the option `--actor`, the name in the audit. Returns the command. */
export function withActor(command: Command): Command {
  const asActor = (name: string): Actor => ({ role: 'administrator', name });
  const name = defaultActor();
  return command.addOption(
    new Option('--actor <name>', 'your name, recorded in the audit with the role administrator')
      .argParser(asActor)
      .default(asActor(name), JSON.stringify(name)),
  );
}

const asOption = (): Option =>
  new Option(
    '--as <state>',
    'replaced: for 30 days, codes of the old app are refused with a hint; lost: no hint, because a thief may have the phone',
  )
    .choices(['replaced', 'lost'])
    .default('replaced');

/** Creates the option `--hours`, 1 by default. */
export const hoursOption = (): Option =>
  new Option('--hours <number>', 'how many hours the code is valid, 1 to 24').argParser(Number).default(1);

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
      ? [`new password: started by ${found.passwordStarted.by}, valid until ${found.passwordStarted.expiresAt}`]
      : []),
    ...(found.helpDeskCode ? [`help-desk code: issued, valid until ${found.helpDeskCode.expiresAt}`] : []),
    `sessions: ${found.sessions}, devices: ${found.devices}`,
    factors.length === 0 ? 'factors: none' : 'factors:',
    ...factors,
  ];
}

function describeInvitation(invitation: FoundAccount['invitation']): string {
  if (!invitation) return 'invitation: none yet';
  const { sentAt, expiresAt, expired } = invitation;
  return `invitation: created ${sentAt}, ${expired ? 'expired' : 'valid until'} ${expiresAt}`;
}

function describeLock({ soft, hard, lockedUntil, capped }: FoundLock): string {
  const until = lockedUntil === undefined ? '' : `, locked until ${lockedUntil}`;
  return `${soft} incorrect (${hard} since the last success)${until}${capped ? ', at the hard limit' : ''}`;
}

/** Formats a number with its noun, in the plural unless the number is 1. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number} ${number === 1 ? noun : plural}`;
