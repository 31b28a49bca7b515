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

/** The verbs about the password of an account, and about where its mail goes. */
export function registerPasswordVerbs(cli: Cli): void {
  resetPassword(cli);
  setPassword(cli);
  changeEmail(cli);
}

function resetPassword({ program, terminal, answer }: Cli): void {
  const command = aboutAccount(program, 'reset-password')
    .summary('start a new password for a user who gets no mail')
    .description(
      'Starts a new password by a code to say, or by a letter to hand over. The user needs the old factor or a recovery ' +
        'code before the new password. It lifts the hard cap of wrong passwords. The same actor can not reset the ' +
        'factors of that account or issue a code for seven days. A letter needs TWEESTAP_BASE_URL, which its link begins with.',
    )
    .addOption(
      new Option('--by <way>', 'code: typed at "Forgot password"; letter: a page with a link')
        .choices(['code', 'letter'])
        .makeOptionMandatory(),
    )
    .addOption(hoursOption().default(undefined))
    .addOption(new Option('--language <language>', "letter: default the organisation's").choices(languages))
    .option('--out <file.html>', 'letter: write it there, for this user alone; else it is printed');
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
        throw new CliError('bad-input', '--out and --language are for --by letter.');
      }
      const more = { ...(hours === undefined ? {} : { hours }), ...(language ? { language } : {}) };
      const request = { actor, reason, organisation, account, by, ...more };
      const started = await withAdmin(terminal, (admin) => admin.resetPassword(request));
      if (started.by === 'letter' && out !== undefined) {
        await writeNamedFile(terminal, out, started.html);
        const { html: _, ...data } = started;
        return answer({ data: { ...data, file: out }, lines: [`Wrote 1 letter to ${out}.`] });
      }
      answer(started.by === 'letter' ? { data: started, lines: [started.html.trimEnd()] } : told(started));
    });
}

function told(data: Extract<PasswordStarted, { by: 'code' }>): Answer {
  return { data, lines: [`The code is ${data.code}, good until ${data.expiresAt}. It is shown this once.`] };
}

function setPassword({ program, terminal, answer }: Cli): void {
  const command = aboutAccount(program, 'set-password')
    .summary('set a password that you chose for a user')
    .description(
      'Sets a password, read from standard input, never from the command. All sessions, devices and open flows of the ' +
        'user end, links and codes that are out are void, and the user is told by mail. Prefer reset-password: there ' +
        'the user chooses.',
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
    .summary('change where mail to a user goes')
    .description(
      'Changes the email address of an account, or removes it with --none. Links that are out are void, and the old and ' +
        'the new address are both told.',
    )
    .argument('<organisation>', "the organisation's id")
    .argument('<account>', "the user's name, in any spelling, or the account's id")
    .argument('[email]', 'the new address')
    .option('--none', 'the account has no address from now on')
    .requiredOption('--reason <text>', 'why, in a sentence; recorded in the audit');
  withActor(command)
    .addHelpText('after', examples('tweestap change-email clinic jo jo@example.org --reason "showed the passport"'))
    .action(
      async (organisation: string, account: string, email: string | undefined, options: Options & { none?: true }) => {
        const { actor, reason, none } = options;
        if ((email === undefined) !== (none === true)) {
          throw new CliError('bad-input', 'Name the new address, or --none: one of the two.');
        }
        const request = { actor, reason, organisation, account, email: email ?? null };
        const data = await withAdmin(terminal, (admin) => admin.changeEmail(request));
        answer({ data, lines: [data.changed ? 'The address is changed.' : 'It was this address already.'] });
      },
    );
}

const aboutAccount = (program: Command, name: string): Command =>
  program
    .command(name)
    .argument('<organisation>', "the organisation's id")
    .argument('<account>', "the user's name, in any spelling, or the account's id")
    .requiredOption('--reason <text>', 'why, in a sentence; recorded in the audit');
