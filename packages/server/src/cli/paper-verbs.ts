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

/** The verbs whose answer is a document. */
export function registerPaperVerbs(cli: Cli): void {
  letter(cli);
  exportUsers(cli);
  search(cli);
}

function letter({ program, terminal, answer }: Cli): void {
  const command = program
    .command('letter')
    .summary('print letters for people without mail')
    .description(
      'Makes one HTML document with a page for each person: how to begin, with the link of an invitation as a QR code and ' +
        'as text. Each link works once, for 24 hours, and voids the older one. Print it, hand it over, delete the file. ' +
        'Asks TWEESTAP_BASE_URL, which the links begin with.',
    )
    .argument('<organisation>', "the organisation's id")
    .argument('<accounts...>', 'usernames or ids, in the order of the pages')
    .addOption(new Option('--language <language>', "default: the organisation's").choices(languages))
    .option('--out <file.html>', 'write it there, for this user alone; else it is printed')
    .requiredOption('--reason <text>', 'why, in a sentence; stands in the audit');
  withActor(command)
    .addHelpText('after', examples('tweestap letter clinic jo kim --out letters.html --reason "new on Monday"'))
    .action(async (organisation: string, accounts: string[], { actor, reason, language, out }: Options) => {
      const request = { actor, reason, organisation, accounts, ...(language ? { language } : {}) };
      const { html, people } = await withAdmin(terminal, (admin) => admin.letter(request));
      if (out === undefined) return answer({ data: { html, people }, lines: [html.trimEnd()] });
      await writeNamedFile(terminal, out, html);
      const letters = people.length === 1 ? '1 letter' : `${people.length} letters`;
      answer({ data: { people, file: out }, lines: [`Wrote ${letters} to ${out}.`] });
    });
}

function exportUsers({ program, terminal, answer }: Cli): void {
  const command = program
    .command('export')
    .summary("write an organisation's people to a CSV file")
    .description(
      'Writes who the people are and how far they have come: organisation, username, name, email, state, activated, ' +
        'authenticators, created. No password, hash, secret or code. Spreadsheets open it as text: what begins like a ' +
        "formula has a ' before it, which import takes off again.",
    )
    .argument('<organisation>', "the organisation's id")
    .option('--out <file.csv>', 'write it there, for this user alone; else it is printed')
    .option('--reason <text>', 'why; stands in the audit', 'export');
  withActor(command)
    .addHelpText('after', examples('tweestap export clinic --out people.csv --reason "yearly check"'))
    .action(async (organisation: string, { actor, reason, out }: Options) => {
      const { csv, people } = await withAdmin(terminal, (admin) => admin.exportUsers({ actor, reason, organisation }));
      // The line's end of the terminal makes the last CRLF whole.
      if (out === undefined) return answer({ data: { csv, people }, lines: [csv.replace(/\n$/, '')] });
      await writeNamedFile(terminal, out, csv);
      answer({
        data: { people, file: out },
        lines: [`Wrote ${people === 1 ? '1 person' : `${people} people`} to ${out}.`],
      });
    });
}

function search({ program, terminal, answer }: Cli): void {
  const command = program
    .command('search')
    .summary('look for people by what they say on the phone')
    .description('Shows at most 20 people whose username begins so, or whose name or address holds it.')
    .argument('<organisation>', "the organisation's id")
    .argument('<text>', 'the beginning of a username, or a part of a name or of an address')
    .requiredOption('--reason <text>', 'why, in a sentence; stands in the audit');
  withActor(command)
    .addHelpText('after', examples('tweestap search clinic visser --reason "called, forgot the username"'))
    .action(async (organisation: string, query: string, { actor, reason }: Options) => {
      const data = await withAdmin(terminal, (admin) => admin.search({ actor, reason, organisation, query }));
      const lines = data.people.map(({ username, name, email, state }) =>
        [username, name, email, state === 'active' ? undefined : state].filter((word) => word !== undefined).join(', '),
      );
      answer({ data, lines: lines.length === 0 ? ['Nobody.'] : [...lines, ...(data.more ? ['…'] : [])] });
    });
}
