import { Argument, Option } from 'commander';
import type { ListedMail } from '../admin/operator/mail.ts';
import type { Actor } from '../admin/request/roles.ts';
import { count, withActor } from './account-verbs.ts';
import { type Cli, examples, withAdmin } from './session.ts';

interface Options {
  reason: string;
  actor: Actor;
  state: ListedMail['state'];
}

/** `outbox list` and `outbox retry`: what mail waits, and sending again what was given up. */
export function registerOutboxVerbs({ program, terminal, answer }: Cli): void {
  const command = program
    .command('outbox')
    .summary('see what mail waits, or send dead letters again')
    .description(
      'list: the mails of an organisation that were given up, or wait, or have left; never their words, links or ' +
        'addresses. retry: makes dead letters due again, one or all of them.',
    )
    .addArgument(new Argument('<action>', 'what to do').choices(['list', 'retry']))
    .argument('<organisation>', "the organisation's id")
    .argument('[mail]', 'retry: the id of one dead letter; all of them when left out')
    .addOption(new Option('--state <state>', 'list: which mails').choices(['dead', 'due', 'sent']).default('dead'))
    .option('--reason <text>', 'why; stands in the audit', 'looking after the mail');
  withActor(command)
    .addHelpText(
      'after',
      examples(
        'tweestap outbox list clinic',
        'tweestap outbox list clinic --state due',
        'tweestap outbox retry clinic --reason "the mail server knows the new domain now"',
      ),
    )
    .action(async (action: 'list' | 'retry', organisation: string, mail: string | undefined, options: Options) => {
      const { actor, reason, state } = options;
      const request = { actor, reason, organisation };
      if (action === 'list') {
        const data = await withAdmin(terminal, (admin) => admin.listMail({ ...request, state }));
        answer({ data, lines: data.mails.length === 0 ? ['There are none.'] : data.mails.map(line) });
        return;
      }
      const only = mail === undefined ? {} : { mail };
      const data = await withAdmin(terminal, (admin) => admin.resendMail({ ...request, ...only }));
      answer({
        data,
        lines: [data.mails === 0 ? 'There are none.' : `${count(data.mails, 'mail')} will be sent again.`],
      });
    });
}

function line({ id, template, username, attempts, lastError, createdAt, dueAt, sentAt }: ListedMail): string {
  const ending = sentAt ? `sent ${sentAt}` : dueAt ? `due ${dueAt}` : 'given up';
  const why = lastError === undefined ? '' : `, ${lastError}`;
  return `${id}  ${template}  ${username ?? 'no account yet'}  ${createdAt}  ${ending}, ${count(attempts, 'attempt')}${why}`;
}
