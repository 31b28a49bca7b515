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

/** Registers `outbox list` and `outbox retry`: list emails and text messages, and send dead letters again. */
export function registerOutboxVerbs({ program, terminal, answer }: Cli): void {
  const command = program
    .command('outbox')
    .summary('list emails and text messages, or send dead letters again')
    .description(
      'list: shows the dead, due or sent messages of an organisation, without their text, links, codes, addresses ' +
        'and numbers. retry: makes one dead letter due again, or all of them. Messages with a code are not sent again.',
    )
    .addArgument(new Argument('<action>', 'what to do').choices(['list', 'retry']))
    .argument('<organisation>', "the organisation's id")
    .argument('[mail]', 'retry: the id of one dead letter; by default all of them')
    .addOption(new Option('--state <state>', 'list: which messages').choices(['dead', 'due', 'sent']).default('dead'))
    .option('--reason <text>', 'why; recorded in the audit', 'checking the outbox');
  withActor(command)
    .addHelpText(
      'after',
      examples(
        'tweestap outbox list clinic',
        'tweestap outbox list clinic --state due',
        'tweestap outbox retry clinic --reason "the mail server accepts the new domain now"',
      ),
    )
    .action(async (action: 'list' | 'retry', organisation: string, mail: string | undefined, options: Options) => {
      const { actor, reason, state } = options;
      const request = { actor, reason, organisation };
      if (action === 'list') {
        const data = await withAdmin(terminal, (admin) => admin.listMail({ ...request, state }));
        answer({
          data,
          lines: data.mails.length === 0 ? ['There are no messages in this state.'] : data.mails.map(line),
        });
        return;
      }
      const only = mail === undefined ? {} : { mail };
      const data = await withAdmin(terminal, (admin) => admin.resendMail({ ...request, ...only }));
      answer({
        data,
        lines: [
          data.mails === 0
            ? 'There are no dead letters that can be sent again.'
            : `${count(data.mails, 'message')} will be sent again.`,
        ],
      });
    });
}

function line(message: ListedMail): string {
  const { id, channel, template, state, username, attempts, lastError, createdAt, dueAt, sentAt, deliveredAt } =
    message;
  const ending = state === 'sent' ? `sent ${sentAt}` : dueAt ? `due ${dueAt}` : 'dead';
  const why = lastError === undefined ? '' : `, ${lastError}`;
  const arrived = deliveredAt === undefined ? '' : `, delivered ${deliveredAt}`;
  const what = `${id}  ${channel}  ${template}  ${username ?? 'no account yet'}`;
  return `${what}  ${createdAt}  ${ending}, ${count(attempts, 'attempt')}${why}${arrived}`;
}
