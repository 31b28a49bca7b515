import { type Language, languages } from '@tweestap/protocol';
import { type Command, Option } from 'commander';
import type { PasswordStarted } from '../admin/help-desk/reset-password.ts';
import type { Actor } from '../admin/request/roles.ts';
import { count, hoursOption, withActor } from './account-verbs.ts';
import { type Answer, type Cli, examples, withAdmin } from './session.ts';
import { CliError, readPassword, writeNamedFile } from './terminal.ts';

interface Options {
  reason: string;
  actor: Actor;
}

interface ResetOptions extends Options {
  by: 'letter' | 'code';
  hours?: number;
  language?: Language;
  out?: string;
}

/** Registers the verbs for the password and the email address of an account. */
export function registerPasswordVerbs(cli: Cli): void {
  resetPassword(cli);
  setPassword(cli);
  changeEmail(cli);
}

function resetPassword({ program, terminal, answer }: Cli): void {
  const command = accountCommand(program, 'reset-password')
    .summary('start a new password for a user without email')
    .description(
      'Starts a new password with a code to read out, or with a letter to hand over. The user must prove the existing ' +
        'factor or a recovery code before choosing the new password, which lifts the hard limit of incorrect passwords. ' +
        'For seven days, the same actor cannot reset the factors of that account or issue a code. A letter requires ' +
        'TWEESTAP_BASE_URL, the base address of its link.',
    )
    .addOption(
      new Option('--by <way>', 'code: entered at "Forgot password?"; letter: a page with a link')
        .choices(['code', 'letter'])
        .makeOptionMandatory(),
    )
    .addOption(hoursOption().default(undefined))
    .addOption(
      new Option('--language <language>', 'letter: its language (default: that of the organisation)').choices(
        languages,
      ),
    )
    .option('--out <file.html>', 'letter: write to this file, readable only by you (default: print to the terminal)');
  withActor(command)
    .addHelpText(
      'after',
      examples(
        'tweestap reset-password clinic jo --by code --hours 4 --reason "called back on the number we know"',
        'tweestap reset-password clinic jo --by letter --out letter.html --reason "came to the desk"',
      ),
    )
    .action(async (organisation: string, account: string, options: ResetOptions) => {
      const { actor, reason, by, hours, language, out } = options;
      if (by === 'code' && (out !== undefined || language !== undefined)) {
        throw new CliError('bad-input', '--out and --language are allowed only with --by letter.');
      }
      const more = { ...(hours === undefined ? {} : { hours }), ...(language ? { language } : {}) };
      const request = { actor, reason, organisation, account, by, ...more };
      const started = await withAdmin(terminal, (admin) => admin.resetPassword(request));
      if (started.by === 'letter' && out !== undefined) {
        await writeNamedFile(terminal, out, started.html);
        const { html: _, ...data } = started;
        return answer({ data: { ...data, file: out }, lines: [`Wrote 1 letter to ${out}.`] });
      }
      answer(started.by === 'letter' ? { data: started, lines: [started.html.trimEnd()] } : codeAnswer(started));
    });
}

function codeAnswer(data: Extract<PasswordStarted, { by: 'code' }>): Answer {
  return { data, lines: [`The code is ${data.code}, valid until ${data.expiresAt}. It is shown only once.`] };
}

function setPassword({ program, terminal, answer }: Cli): void {
  const command = accountCommand(program, 'set-password')
    .summary('set a password that you chose for a user')
    .description(
      'Sets a password, which is read from standard input, never from an argument. All sessions, devices and open flows ' +
        'of the user end, existing links and codes become invalid, and the user is notified by email. Prefer ' +
        'reset-password, with which the user chooses the password.',
    )
    .requiredOption('--password-stdin', 'read the password from standard input');
  withActor(command)
    .addHelpText(
      'after',
      examples(
        'tweestap set-password clinic jo --password-stdin --reason "no factor left, came to the office" < password.txt',
      ),
    )
    .action(async (organisation: string, account: string, { actor, reason }: Options) => {
      const request = { actor, reason, organisation, account, password: await readPassword(terminal) };
      const data = await withAdmin(terminal, (admin) => admin.setPassword(request));
      const ended = [count(data.sessions, 'session'), count(data.devices, 'device'), count(data.flows, 'open flow')];
      answer({ data, lines: [`The password is set. Ended ${ended.join(', ')}.`] });
    });
}

function changeEmail({ program, terminal, answer }: Cli): void {
  const command = program
    .command('change-email')
    .summary('change the email address of a user')
    .description(
      'Changes the email address of an account, or removes it with --none. Existing links become invalid, and the old and ' +
        'the new address are notified.',
    )
    .argument('<organisation>', "the organisation's id")
    .argument('<account>', "the user's username, in any spelling, or the account's id")
    .argument('[email]', 'the new address')
    .option('--none', 'remove the address')
    .requiredOption('--reason <text>', 'why, in one line; recorded in the audit');
  withActor(command)
    .addHelpText('after', examples('tweestap change-email clinic jo jo@example.org --reason "showed the passport"'))
    .action(
      async (organisation: string, account: string, email: string | undefined, options: Options & { none?: true }) => {
        const { actor, reason, none } = options;
        if ((email === undefined) !== (none === true)) {
          throw new CliError('bad-input', 'Give either the new address or --none.');
        }
        const request = { actor, reason, organisation, account, email: email ?? null };
        const data = await withAdmin(terminal, (admin) => admin.changeEmail(request));
        answer({ data, lines: [data.changed ? 'The address is changed.' : 'The account already has this address.'] });
      },
    );
}

const accountCommand = (program: Command, name: string): Command =>
  program
    .command(name)
    .argument('<organisation>', "the organisation's id")
    .argument('<account>', "the user's username, in any spelling, or the account's id")
    .requiredOption('--reason <text>', 'why, in one line; recorded in the audit');
