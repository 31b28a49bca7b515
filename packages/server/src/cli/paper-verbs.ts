import { type Language, languages } from '@tweestap/protocol';
import { Option } from 'commander';
import type { Actor } from '../admin/request/roles.ts';
import { withActor } from './account-verbs.ts';
import { type Cli, examples, withAdmin } from './session.ts';
import { writeNamedFile } from './terminal.ts';

interface Options {
  reason: string;
  actor: Actor;
  out?: string;
  language?: Language;
}

/** Registers the verbs that produce a document or a list of users. */
export function registerPaperVerbs(cli: Cli): void {
  letter(cli);
  exportUsers(cli);
  search(cli);
}

function letter({ program, terminal, answer }: Cli): void {
  const command = program
    .command('letter')
    .summary('print letters for users without email')
    .description(
      'Creates one HTML document with a page for each user, which contains instructions and an activation link as a QR ' +
        'code and as text. Each link works once, for 24 hours, and makes the older one invalid. Print the document, hand ' +
        'over the pages, and delete the file. Requires TWEESTAP_BASE_URL, the base address of the links.',
    )
    .argument('<organisation>', "the organisation's id")
    .argument('<accounts...>', 'usernames or ids, in the order of the pages')
    .addOption(new Option('--language <language>', 'default: the language of the organisation').choices(languages))
    .option('--out <file.html>', 'write to this file, readable only by you (default: print to the terminal)')
    .requiredOption('--reason <text>', 'why, in one line; recorded in the audit');
  withActor(command)
    .addHelpText('after', examples('tweestap letter clinic jo kim --out letters.html --reason "new on Monday"'))
    .action(async (organisation: string, accounts: string[], { actor, reason, language, out }: Options) => {
      const request = { actor, reason, organisation, accounts, ...(language ? { language } : {}) };
      const { html, users } = await withAdmin(terminal, (admin) => admin.letter(request));
      if (out === undefined) return answer({ data: { html, users }, lines: [html.trimEnd()] });
      await writeNamedFile(terminal, out, html);
      const letters = users.length === 1 ? '1 letter' : `${users.length} letters`;
      answer({ data: { users, file: out }, lines: [`Wrote ${letters} to ${out}.`] });
    });
}

function exportUsers({ program, terminal, answer }: Cli): void {
  const command = program
    .command('export')
    .summary('export the users of an organisation as a CSV file')
    .description(
      'Writes the users and the state of their accounts: organisation, username, name, email, state, activated, ' +
        'authenticators, created. The file contains no password, hash, secret or code. A value that a spreadsheet would ' +
        "run as a formula gets a leading ', which import removes.",
    )
    .argument('<organisation>', "the organisation's id")
    .option('--out <file.csv>', 'write to this file, readable only by you (default: print to the terminal)')
    .option('--reason <text>', 'why; recorded in the audit', 'export');
  withActor(command)
    .addHelpText('after', examples('tweestap export clinic --out users.csv --reason "yearly check"'))
    .action(async (organisation: string, { actor, reason, out }: Options) => {
      const { csv, users } = await withAdmin(terminal, (admin) => admin.exportUsers({ actor, reason, organisation }));
      // The terminal adds the line feed of the last CRLF.
      if (out === undefined) return answer({ data: { csv, users }, lines: [csv.replace(/\n$/, '')] });
      await writeNamedFile(terminal, out, csv);
      answer({
        data: { users, file: out },
        lines: [`Wrote ${users === 1 ? '1 user' : `${users} users`} to ${out}.`],
      });
    });
}

function search({ program, terminal, answer }: Cli): void {
  const command = program
    .command('search')
    .summary('search users by username, name or address')
    .description('Lists at most 20 users whose username, name, surname or address begins with the text.')
    .argument('<organisation>', "the organisation's id")
    .argument('<text>', 'the beginning of a username, name, surname or address')
    .requiredOption('--reason <text>', 'why, in one line; recorded in the audit');
  withActor(command)
    .addHelpText('after', examples('tweestap search clinic visser --reason "called, forgot the username"'))
    .action(async (organisation: string, query: string, { actor, reason }: Options) => {
      const data = await withAdmin(terminal, (admin) => admin.search({ actor, reason, organisation, query }));
      const lines = data.users.map(({ username, name, email, state }) =>
        [username, name, email, state === 'active' ? undefined : state].filter((word) => word !== undefined).join(', '),
      );
      answer({ data, lines: lines.length === 0 ? ['No user was found.'] : [...lines, ...(data.more ? ['…'] : [])] });
    });
}
