import { Command, CommanderError } from 'commander';
import { WrongKeyError } from '../admin/operator/key-check.ts';
import { AdminError, faultLine } from '../admin/request/admin-error.ts';
import { SettingsError } from '../settings.ts';
import { ForeignTableError, MissingSchemaError, SchemaTooNewError, StoreUnavailableError } from '../store/database.ts';
import { registerAccountVerbs } from './account-verbs.ts';
import { registerOperatorVerbs } from './operator-verbs.ts';
import { registerOutboxVerbs } from './outbox-verbs.ts';
import { registerPaperVerbs } from './paper-verbs.ts';
import { registerPasswordVerbs } from './password-verbs.ts';
import { registerPortalVerbs } from './portal-verbs.ts';
import { type Cli, examples } from './session.ts';
import { CliError, type Terminal } from './terminal.ts';
import { registerUserVerbs } from './user-verbs.ts';

const SETTINGS = `
Environment variables:
  TWEESTAP_DATABASE         the path of a file, or postgres://user:password@host/name
  TWEESTAP_SCHEMA           the schema of the tables on PostgreSQL, if it is not tweestap
  TWEESTAP_ENCRYPTION_KEYS  id:base64(32 bytes), separated by commas; the first one encrypts
  TWEESTAP_BASE_URL         the base address of the links in invitations and letters

Each change is recorded in the audit, with its actor and its reason.
`;

/** Runs one verb. Returns the exit code: 0 for success, 1 for a failure, 2 for invalid arguments. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const json = args.includes('--json');
  const program = new Command('tweestap');
  const answer: Cli['answer'] = ({ data, lines, ok = true }) => {
    for (const line of json ? [JSON.stringify(data)] : lines) terminal.out(line);
    if (!ok) code = 1;
  };
  configure(program, terminal);
  const cli = { program, terminal, answer };
  registerUserVerbs(cli);
  registerAccountVerbs(cli);
  registerPasswordVerbs(cli);
  registerPortalVerbs(cli);
  registerPaperVerbs(cli);
  registerOutboxVerbs(cli);
  registerOperatorVerbs(cli);
  for (const command of program.commands) command.option('--json', 'print the result or the error as JSON');
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return report(error, json, terminal);
  }
}

function configure(program: Command, terminal: Terminal): void {
  const trimmed = (text: string): string => text.replace(/\n$/, '');
  program
    .description('Manages the organisations and users of a Tweestap database.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(trimmed(text)),
      writeErr: (text) => terminal.err(trimmed(text)),
      // `report` prints each error once.
      outputError: () => {},
    })
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', SETTINGS)
    .addHelpText(
      'after',
      examples(
        'tweestap add-organisation clinic.json',
        'tweestap import users.csv',
        'tweestap unlock clinic jo --reason "called, known by voice"',
        'tweestap unlock --help',
      ),
    );
}

interface ErrorReport {
  code: string;
  lines: readonly string[];
  faults?: AdminError['faults'];
}

function report(error: unknown, json: boolean, terminal: Terminal): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  // Without a verb, `tweestap` has already printed its help.
  if (error instanceof CommanderError && error.code === 'commander.help') return 2;
  const { code, lines, faults } = describeError(error);
  if (json) terminal.err(JSON.stringify({ error: { code, message: lines.join(' '), ...(faults ? { faults } : {}) } }));
  else for (const line of lines) terminal.err(line);
  return error instanceof CommanderError ? 2 : 1;
}

function describeError(error: unknown): ErrorReport {
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
    return { code: 'bad-arguments', lines: [`${message}${/[.?)]$/.test(message) ? '' : '.'} See tweestap --help.`] };
  }
  if (error instanceof AdminError) {
    const { code, message, faults } = error;
    if (code === 'bad-import')
      return { code, lines: [message, ...faults.map((fault) => `  ${faultLine(fault)}`)], faults };
    return { code, lines: [message], faults };
  }
  if (error instanceof SettingsError) return { code: error.code, lines: error.lines };
  const kinds = [
    CliError,
    StoreUnavailableError,
    SchemaTooNewError,
    ForeignTableError,
    MissingSchemaError,
    WrongKeyError,
  ];
  const known = kinds.some((kind) => error instanceof kind);
  if (known && error instanceof Error && 'code' in error) return { code: String(error.code), lines: [error.message] };
  throw error;
}
