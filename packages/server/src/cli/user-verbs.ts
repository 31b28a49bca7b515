import type { Actor } from '../admin/request/roles.ts';
import type { UsersImported } from '../admin/users/import-users.ts';
import { count, withActor } from './account-verbs.ts';
import { type Cli, examples, withAdmin } from './session.ts';
import { CliError, readNamedFile, readPassword } from './terminal.ts';

interface Options {
  reason: string;
  actor: Actor;
}

interface OrganisationOptions extends Options {
  create?: true;
}

interface UserOptions extends Options {
  name?: string;
  email?: string;
  externalId?: string;
  passwordStdin?: true;
}

/** Registers the verbs that add organisations and users. */
export function registerUserVerbs(cli: Cli): void {
  addOrganisation(cli);
  addUser(cli);
  importUsers(cli);
}

function addOrganisation({ program, terminal, answer }: Cli): void {
  const command = program
    .command('add-organisation')
    .summary('add or update an organisation')
    .description(
      'Adds an organisation with its name, help and policy from a JSON file, or updates it from a changed file. ' +
        'Running servers apply the change within seconds.',
    )
    .argument('<file.json>', 'a file of the published schema; only "id" and "name" are required')
    .option('--create', 'create the database if its file does not exist')
    .option('--reason <text>', 'why; recorded in the audit', 'set up');
  withActor(command)
    .addHelpText(
      'after',
      examples(
        `echo '{"id": "clinic", "name": "Clinic by the Lake"}' > clinic.json`,
        'tweestap add-organisation clinic.json --create',
      ),
    )
    .action(async (file: string, options: OrganisationOptions) => {
      const organisation = parseJson(file, await readNamedFile(terminal, file));
      const data = await withAdmin(
        terminal,
        (admin) => admin.addOrganisation({ ...actorAndReason(options), organisation }),
        { create: options.create === true },
      );
      answer({ data, lines: [`${data.added ? 'Added' : 'Changed'} "${data.name}" (${data.id}).`] });
    });
}

function addUser({ program, terminal, answer }: Cli): void {
  const command = program
    .command('add-user')
    .summary('add one user')
    .description('Adds one user to an organisation. A password is read from standard input, never from an argument.')
    .argument('<organisation>', "the organisation's id")
    .argument('<username>', 'the name that the user logs in with')
    .option('--name <name>', "the user's name")
    .option('--email <address>', 'the address for email')
    .option('--password-stdin', 'read the password from standard input')
    .option('--external-id <id>', 'the id in the system that has the password of the user')
    .option('--reason <text>', 'why; recorded in the audit', 'set up');
  withActor(command)
    .addHelpText(
      'after',
      examples(
        'tweestap add-user clinic jo --name "Jo Visser" --password-stdin < password.txt',
        'tweestap add-user school jo@example.org',
      ),
    )
    .action(async (organisation: string, username: string, options: UserOptions) => {
      const { name, email, externalId } = options;
      const password = options.passwordStdin ? await readPassword(terminal) : undefined;
      const user = { organisation, username, name, email, externalId, password };
      const data = await withAdmin(terminal, (admin) => admin.addUser({ ...actorAndReason(options), ...user }));
      answer({ data, lines: [`Added ${data.username} (${data.id}).`] });
    });
}

function importUsers({ program, terminal, answer }: Cli): void {
  const command = program
    .command('import')
    .summary('import users from a CSV file')
    .description(
      'Imports all users of a CSV file, or none. Columns: organisation, username, and any of name, email, ' +
        'password or password_hash (argon2, bcrypt, scrypt, PBKDF2), totp_secret (base32 or an otpauth URI), phone_number, ' +
        "external_id (the portal's id of a user who has the password there).",
    )
    .argument('<file.csv>', 'a file in UTF-8 with commas or semicolons and a header line')
    .option('--organisation <id>', 'refuse users of other organisations')
    .option('--invite', 'send an invitation by email to each user who has an address and no password')
    .option('--reason <text>', 'why; recorded in the audit', 'import');
  withActor(command)
    .addHelpText(
      'after',
      examples('tweestap import users.csv', 'tweestap import users.csv --organisation clinic --invite'),
    )
    .action(async (file: string, options: Options & { organisation?: string; invite?: true }) => {
      const csv = await readNamedFile(terminal, file);
      const only = options.organisation === undefined ? {} : { organisation: options.organisation };
      const request = { ...actorAndReason(options), ...only, csv, invite: options.invite === true };
      const data = await withAdmin(terminal, (admin) => admin.importUsers(request));
      const each = Object.entries(data.organisations).map(([id, users]) => `${id}: ${users}`);
      const first = `Imported ${count(data.users, 'user')}`;
      const lines = [`${first} with ${count(data.factors, 'authenticator')} (${each.join(', ')}).`];
      answer({ data, lines: [...lines, ...invitedLines(data.invited)] });
    });
}

function invitedLines(invited: UsersImported['invited']): string[] {
  if (!invited) return [];
  const { users, withoutMail } = invited;
  const lines = [`Invited ${count(users, 'user')}.`];
  if (withoutMail.length > 0) lines.push(`Without an address, use tweestap letter: ${withoutMail.join(' ')}`);
  return lines;
}

const actorAndReason = ({ actor, reason }: Options): Options => ({ actor, reason });

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError('bad-file', `The file ${file} is not valid JSON: expected an object with "id" and "name".`);
  }
}
