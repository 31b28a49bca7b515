import { InvalidArgumentError } from 'commander';
import type { KeyRotated } from '../admin/operator/rotate-key.ts';
import type { Actor } from '../admin/request/roles.ts';
import { type Anchor, type AuditVerdict, verifyAudit } from '../audit/verify.ts';
import { schemaVersion } from '../store/open/migrate.ts';
import { count, withActor } from './account-verbs.ts';
import { type Cli, examples, withAdmin, withDatabase } from './session.ts';

export function registerOperatorVerbs(cli: Cli): void {
  rotateKey(cli);
  verifyAuditVerb(cli);
  migrate(cli);
}

function rotateKey({ program, terminal, answer }: Cli): void {
  const command = program
    .command('rotate-key')
    .summary('seal all secrets with the first encryption key')
    .description(
      'Seals every stored secret anew with the first key of TWEESTAP_ENCRYPTION_KEYS. An interrupted run goes on where ' +
        'it stopped. Put the new key first and keep the old one behind it; restart the servers; run this; take the old ' +
        'key out a day later.',
    )
    .option('--reason <text>', 'why; stands in the audit', 'key rotation');
  withActor(command)
    .addHelpText(
      'after',
      examples(
        'TWEESTAP_ENCRYPTION_KEYS="new:$(openssl rand -base64 32),$TWEESTAP_ENCRYPTION_KEYS" tweestap rotate-key',
      ),
    )
    .action(async ({ actor, reason }: { actor: Actor; reason: string }) => {
      const data = await withAdmin(terminal, (admin) => admin.rotateKey({ actor, reason }), { anyKey: true });
      answer({ data, lines: rotationLines(data), ok: data.failed.length === 0 });
    });
}

function rotationLines({ key, rotated, failed }: KeyRotated): string[] {
  const done = `Sealed ${count(rotated, 'secret')} with the key "${key}".`;
  if (rotated + failed.length === 0) return [`All secrets are sealed with the key "${key}" already.`];
  if (failed.length === 0) return [`${done} Keep the old key for a day: flows that are open now may still need it.`];
  const why = {
    'unknown-key': 'their key is not given',
    tampered: 'they were changed or moved',
    'bad-form': 'no seal',
  };
  const lines = failed.map(({ factorId, reason }) => `  factor ${factorId}: ${why[reason]}`);
  return [done, `${count(failed.length, 'secret')} could not be opened; keep the old keys, and look at:`, ...lines];
}

function verifyAuditVerb({ program, terminal, answer }: Cli): void {
  program
    .command('verify-audit')
    .summary('check that nobody changed the audit')
    .description(
      'Walks the chain of the audit and tells the first entry that was changed, removed, inserted or moved. Note the end ' +
        'of the chain elsewhere, and give it as the anchor of the next check: then a chain that was made anew is found too.',
    )
    .option('--anchor <index:hash>', 'the end of the chain as an earlier check told it', parseAnchor)
    .addHelpText('after', examples('tweestap verify-audit', 'tweestap verify-audit --anchor 1042:f3Jk…'))
    .action(async (options: { anchor?: Anchor }) => {
      const data = await withDatabase(terminal, (database) => verifyAudit(database, options));
      answer({ data, lines: verdictLines(data), ok: data.ok });
    });
}

function parseAnchor(text: string): Anchor {
  const [, index, hash] = /^(\d{1,15}):([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  if (index === undefined || hash === undefined) throw new InvalidArgumentError('Expected index:hash.');
  return { index: Number(index), hash };
}

const REASONS: Readonly<Record<NonNullable<AuditVerdict['reason']>, string>> = {
  missing: 'an entry is missing',
  changed: 'the entry was changed or inserted',
  reordered: 'the entry does not follow the one before it',
  truncated: 'the chain ends too early',
  'not-the-anchor': 'the chain is another one than at the anchor',
  'beyond-the-head': 'an entry was put behind the end',
};

function verdictLines(verdict: AuditVerdict): string[] {
  const waiting =
    verdict.unsealed === 0 ? '' : ` ${count(verdict.unsealed, 'entry').replace('entrys', 'entries')} not sealed yet.`;
  if (!verdict.ok && verdict.reason) {
    return [`The chain is broken at place ${verdict.brokenAt}: ${REASONS[verdict.reason]}.${waiting}`];
  }
  if (!verdict.head) return [`The chain is empty.${waiting}`];
  return [
    `The chain is whole: ${verdict.checked} checked, its end is ${verdict.head.index}:${verdict.head.hash}.${waiting}`,
  ];
}

function migrate({ program, terminal, answer }: Cli): void {
  program
    .command('migrate')
    .summary("bring the database's tables up to date")
    .description(
      'Brings the tables up to date. Servers do this by themselves at start; this does it before they start.',
    )
    .addHelpText('after', examples('tweestap migrate'))
    .action(async () => {
      const version = await withDatabase(terminal, (database) => schemaVersion(database.read));
      answer({ data: { version }, lines: [`The database is at schema version ${version}.`] });
    });
}
