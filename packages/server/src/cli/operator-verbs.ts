import { InvalidArgumentError } from 'commander';
import webPush from 'web-push';
import type { KeyRotated } from '../admin/operator/rotate-key.ts';
import type { Actor } from '../admin/request/roles.ts';
import { type Anchor, type AuditVerdict, verifyAudit } from '../audit/verify.ts';
import { schemaVersion } from '../store/open/migrate.ts';
import { count, withActor } from './account-verbs.ts';
import { type Cli, examples, withAdmin, withDatabase } from './session.ts';

/** Registers the verbs for keys, audit and tables. */
export function registerOperatorVerbs(cli: Cli): void {
  rotateKey(cli);
  replaceSigningKeys(cli);
  verifyAuditVerb(cli);
  migrate(cli);
  vapidKeysVerb(cli);
}

function vapidKeysVerb({ program, answer }: Cli): void {
  program
    .command('vapid-keys')
    .summary('make the keys with which phones are woken by Web Push')
    .description(
      'Prints new VAPID keys for TWEESTAP_VAPID. The private key is secret. With other keys, phones have to open the app ' +
        'once before they are woken again. Reads and stores nothing.',
    )
    .addHelpText('after', examples('export TWEESTAP_VAPID="$(tweestap vapid-keys)"'))
    .action(() => {
      const { publicKey, privateKey } = webPush.generateVAPIDKeys();
      const keys = `${publicKey}:${privateKey}`;
      answer({ data: { keys }, lines: [keys] });
    });
}

function rotateKey({ program, terminal, answer }: Cli): void {
  const command = program
    .command('rotate-key')
    .summary('encrypt all secrets with the first encryption key')
    .description(
      'Encrypts every stored secret again with the first key of TWEESTAP_ENCRYPTION_KEYS. If it is interrupted, run it ' +
        'again: it continues where it stopped. Put the new key before the old one, restart the servers, run this ' +
        'command, and remove the old key a day later.',
    )
    .option('--reason <text>', 'why; recorded in the audit', 'key rotation');
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
  const done = `Encrypted ${count(rotated, 'secret')} with the key "${key}".`;
  if (rotated + failed.length === 0) return [`All secrets are already encrypted with the key "${key}".`];
  if (failed.length === 0) return [`${done} Keep the old key for a day, because open flows may still need it.`];
  const why = {
    'unknown-key': 'its key is missing',
    tampered: 'it was changed or moved',
    'bad-form': 'it has an invalid format',
  };
  const lines = failed.map(({ factorId, reason }) => `  factor ${factorId}: ${why[reason]}`);
  return [done, `${count(failed.length, 'secret')} could not be decrypted. Keep the old keys, and check:`, ...lines];
}

function replaceSigningKeys({ program, terminal, answer }: Cli): void {
  const command = program
    .command('replace-signing-keys')
    .summary('replace the keys that sign assertions, at once')
    .description(
      'For a signing key that may be stolen. Deletes every key that signs assertions for portals, and adds one that signs ' +
        'at once. Portals that keep a copy of the published keys must fetch them again: restart them. Keys are exchanged ' +
        'every 30 days without this command.',
    )
    .requiredOption('--reason <text>', 'why; recorded in the audit');
  withActor(command)
    .addHelpText('after', examples("tweestap replace-signing-keys --reason 'a backup was stolen'"))
    .action(async (request: { actor: Actor; reason: string }) => {
      const data = await withAdmin(terminal, (admin) => admin.replaceSigningKeys(request));
      const removed = `Removed ${count(data.removed.length, 'key')}.`;
      answer({ data, lines: [`${removed} Assertions are now signed with the key ${data.key}.`] });
    });
}

function verifyAuditVerb({ program, terminal, answer }: Cli): void {
  program
    .command('verify-audit')
    .summary('check that the audit was not changed')
    .description(
      'Checks the chain of the audit. Reports its end, or the first entry that was changed, removed, inserted or moved. ' +
        'Store the end elsewhere and pass it as the anchor of the next check, which then also detects a rebuilt chain.',
    )
    .option('--anchor <index:hash>', 'the end of the chain that an earlier check reported', parseAnchor)
    .addHelpText('after', examples('tweestap verify-audit', 'tweestap verify-audit --anchor 1042:f3Jk…'))
    .action(async (options: { anchor?: Anchor }) => {
      const data = await withDatabase(terminal, (database) => verifyAudit(database, options));
      answer({ data, lines: verdictLines(data), ok: data.ok });
    });
}

function parseAnchor(text: string): Anchor {
  const [, index, hash] = /^(\d{1,15}):([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  if (index === undefined || hash === undefined)
    throw new InvalidArgumentError('Expected index:hash, as an earlier check reported it.');
  return { index: Number(index), hash };
}

const REASONS: Readonly<Record<NonNullable<AuditVerdict['reason']>, string>> = {
  missing: 'an entry is missing',
  changed: 'the entry was changed or inserted',
  reordered: 'the entry does not follow the one before it',
  truncated: 'the chain ends too early',
  'not-the-anchor': 'the chain is not the one of the anchor',
  'beyond-the-head': 'an entry was added after the end',
};

function verdictLines(verdict: AuditVerdict): string[] {
  const waiting = verdict.unsealed === 0 ? '' : ` ${count(verdict.unsealed, 'entry', 'entries')} not in the chain yet.`;
  if (!verdict.ok && verdict.reason) {
    return [`The chain is broken at index ${verdict.brokenAt}: ${REASONS[verdict.reason]}.${waiting}`];
  }
  if (!verdict.head) return [`The chain is empty.${waiting}`];
  return [
    `The chain is intact: ${verdict.checked} checked, its end is ${verdict.head.index}:${verdict.head.hash}.${waiting}`,
  ];
}

function migrate({ program, terminal, answer }: Cli): void {
  program
    .command('migrate')
    .summary('update the tables of the database')
    .description('Updates the tables. Servers do this automatically at start; this command does it before they start.')
    .addHelpText('after', examples('tweestap migrate'))
    .action(async () => {
      const version = await withDatabase(terminal, (database) => schemaVersion(database.read));
      answer({ data: { version }, lines: [`The database is at schema version ${version}.`] });
    });
}
