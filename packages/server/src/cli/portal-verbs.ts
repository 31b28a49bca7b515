import type { Actor } from '../admin/request/roles.ts';
import type { DirectoryUser } from '../directory/directory.ts';
import { count, withActor } from './account-verbs.ts';
import { type Cli, examples, withAdmin } from './session.ts';
import { CliError, readNamedFile } from './terminal.ts';

interface Options {
  reason: string;
  actor: Actor;
}

/** Registers the verbs that change users, one by one or as the portal has them. */
export function registerPortalVerbs(cli: Cli): void {
  updateUser(cli);
  syncUsers(cli);
}

function updateUser({ program, terminal, answer }: Cli): void {
  const command = program
    .command('update-user')
    .summary('change the username or the name of a user')
    .description(
      'Changes the username or the name of an account. Password, factors and locks stay. The user is notified of another ' +
        'username.',
    )
    .argument('<organisation>', "the organisation's id")
    .argument('<account>', "the user's username, in any spelling, or the account's id")
    .option('--username <username>', 'the new username')
    .option('--name <name>', 'the new name; an empty one removes it')
    .requiredOption('--reason <text>', 'why, in one line; recorded in the audit');
  withActor(command)
    .addHelpText('after', examples('tweestap update-user clinic jo --username jo.visser --reason "married"'))
    .action(async (organisation: string, account: string, options: Options & { username?: string; name?: string }) => {
      const { actor, reason, username, name } = options;
      if (username === undefined && name === undefined) throw new CliError('bad-input', 'Give --username or --name.');
      const names = {
        ...(username === undefined ? {} : { username }),
        ...(name === undefined ? {} : { name: name === '' ? null : name }),
      };
      const data = await withAdmin(terminal, (admin) =>
        admin.updateUser({ actor, reason, organisation, account, ...names }),
      );
      answer({ data, lines: [data.changed ? `The user is ${data.username} now.` : 'Nothing was different.'] });
    });
}

function syncUsers({ program, terminal, answer }: Cli): void {
  const command = program
    .command('sync-users')
    .summary('bring the accounts up to date with the users of the portal')
    .description(
      'Adds, changes, disables and enables accounts by a JSON list of the users of the portal: id, username, and any of ' +
        'name, email, active (true or false) and passwordChangedAt. An account with the same username is linked to its user.',
    )
    .argument('<organisation>', "the organisation's id")
    .argument('<file.json>', 'the list')
    .option('--disable-missing', 'disable the accounts whose user is not in the list, which must be complete')
    .option('--reason <text>', 'why; recorded in the audit', 'synchronisation');
  withActor(command)
    .addHelpText('after', examples('tweestap sync-users clinic users.json --disable-missing'))
    .action(async (organisation: string, file: string, options: Options & { disableMissing?: true }) => {
      const { actor, reason } = options;
      const users = usersIn(file, await readNamedFile(terminal, file));
      const missing = options.disableMissing ? 'disable' : 'keep';
      const data = await withAdmin(terminal, (admin) =>
        admin.syncUsers({ actor, reason, organisation, users, missing }),
      );
      const { added, changed, linked, disabled, enabled } = data;
      const done = `Added ${added}, changed ${changed}, linked ${linked}, disabled ${disabled}, enabled ${enabled}`;
      answer({ data, lines: [`${done} of ${count(users.length, 'user')}.`] });
    });
}

/** Reads the list. Times are texts in JSON; everything else is checked by the verb. @throws CliError */
function usersIn(file: string, text: string): DirectoryUser[] {
  const wrong = new CliError('bad-file', `The file ${file} must be a JSON list of objects with "id" and "username".`);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw wrong;
  }
  if (!Array.isArray(list)) throw wrong;
  return list.map((user: unknown): DirectoryUser => {
    if (typeof user !== 'object' || user === null) throw wrong;
    const { passwordChangedAt, ...given } = user as Record<string, unknown>;
    const time = typeof passwordChangedAt === 'string' ? { passwordChangedAt: new Date(passwordChangedAt) } : {};
    return { ...(given as unknown as DirectoryUser), ...time };
  });
}
