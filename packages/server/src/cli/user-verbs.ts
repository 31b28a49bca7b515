import type { Actor } from '../admin/request/roles.ts';
import type { UsersImported } from '../admin/users/import-users.ts';
import { count, withActor } from './account-verbs.ts';
import { type Cli, examples, withAdmin } from './session.ts';
import { CliError, readNamedFile, readPassword } from './terminal.ts';

interface Options {
  reason: string;
  actor: Actor;
}

interface UserOptions extends Options {
  name?: string;
  email?: string;
  passwordStdin?: true;
}

export function registerUserVerbs(cli: Cli): void {
  addOrganisation(cli);
  addUser(cli);
  importUsers(cli);
}

function addOrganisation({ program, terminal, answer }: Cli): void {
  const command = program
    .command('add-organisation')
    .summary('add an organisation, or change it')
    .description(
      'Adds an organisation with its name, help and policy from a JSON file, or takes over the changed file. ' +
        'Running servers follow within seconds.',
    )
    .argument('<file.json>', 'by the published schema; only "id" and "name" are needed')
    .option('--reason <text>', 'why; stands in the audit', 'set up');
  withActor(command)
    .addHelpText(
      'after',
      examples(
        `echo '{"id": "clinic", "name": "Clinic by the Lake"}' > clinic.json`,
        'tweestap add-organisation clinic.json',
      ),
    )
    .action(async (file: string, options: Options) => {
      const organisation = parseJson(file, await readNamedFile(terminal, file));
      const data = await withAdmin(terminal, (admin) => admin.addOrganisation({ ...who(options), organisation }));
      answer({ data, lines: [`${data.added ? 'Added' : 'Changed'} "${data.name}" (${data.id}).`] });
    });
}

function addUser({ program, terminal, answer }: Cli): void {
  const command = program
    .command('add-user')
    .summary('add one person')
    .description('Adds one person to an organisation. A password is read from standard input, never from the command.')
    .argument('<organisation>', "the organisation's id")
    .argument('<username>', 'what the person logs in with')
    .option('--name <name>', 'the name of the person')
    .option('--email <address>', 'where mail goes')
    .option('--password-stdin', 'read the password from standard input')
    .option('--reason <text>', 'why; stands in the audit', 'set up');
  withActor(command)
    .addHelpText(
      'after',
      examples(
        'tweestap add-user clinic jo --name "Jo Visser" --password-stdin < password.txt',
        'tweestap add-user school jo@example.org',
      ),
    )
    .action(async (organisation: string, username: string, options: UserOptions) => {
      const { name, email } = options;
      const password = options.passwordStdin ? await readPassword(terminal) : undefined;
      const person = { organisation, username, name, email, password };
      const data = await withAdmin(terminal, (admin) => admin.addUser({ ...who(options), ...person }));
      answer({ data, lines: [`Added ${data.username} (${data.id}).`] });
    });
}

function importUsers({ program, terminal, answer }: Cli): void {
  const command = program
    .command('import')
    .summary('add many people from a CSV file')
    .description(
      'Imports people from a CSV file, all of them or none. Columns: organisation, username, and any of name, email, ' +
        'password or password_hash (argon2, bcrypt, scrypt, PBKDF2), totp_secret (base32 or an otpauth URI).',
    )
    .argument('<file.csv>', 'comma or semicolon, UTF-8, with a header line')
    .option('--organisation <id>', 'refuse people of any other organisation')
    .option('--invite', 'mail an invitation to each person who has an address and no password')
    .option('--reason <text>', 'why; stands in the audit', 'import');
  withActor(command)
    .addHelpText(
      'after',
      examples('tweestap import people.csv', 'tweestap import people.csv --organisation clinic --invite'),
    )
    .action(async (file: string, options: Options & { organisation?: string; invite?: true }) => {
      const csv = await readNamedFile(terminal, file);
      const only = options.organisation === undefined ? {} : { organisation: options.organisation };
      const request = { ...who(options), ...only, csv, invite: options.invite === true };
      const data = await withAdmin(terminal, (admin) => admin.importUsers(request));
      const each = Object.entries(data.organisations).map(([id, people]) => `${id}: ${people}`);
      const first = `Imported ${data.people === 1 ? '1 person' : `${data.people} people`}`;
      const lines = [`${first} with ${count(data.factors, 'authenticator')} (${each.join(', ')}).`];
      answer({ data, lines: [...lines, ...invitedLines(data.invited)] });
    });
}

function invitedLines(invited: UsersImported['invited']): string[] {
  if (!invited) return [];
  const { people, withoutMail } = invited;
  const lines = [`Invited ${people === 1 ? '1 person' : `${people} people`}.`];
  if (withoutMail.length > 0) lines.push(`Without an address, so for tweestap letter: ${withoutMail.join(' ')}`);
  return lines;
}

const who = ({ actor, reason }: Options): Options => ({ actor, reason });

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError('bad-file', `The file ${file} is no JSON: expected one object with "id" and "name".`);
  }
}
