import assert from 'node:assert/strict';
import { verifyAudit } from '../../audit/verify.ts';
import { hashToken } from '../../crypto/tokens.ts';
import type { Database } from '../../store/database.ts';
import type { TestUser } from '../../testing/users.ts';
import { isLoggedIn, Visitor } from './visitor.ts';

/** A user of the drill, and the server's acknowledgements for the user. Nothing here is read from the database. */
export interface Known {
  /** The user. */
  user: TestUser;
  /** The last time step whose code was sent; -1 before the first. */
  tried: number;
  /** The time step and code of the last acknowledged login. */
  spent?: { step: number; code: string };
  /** Recovery codes whose use was acknowledged, the newest first. */
  spentCodes: string[];
  /** Recovery codes that were not sent. */
  freshCodes: string[];
  /** Sessions that must be live. */
  alive: Visitor[];
  /** Sessions that must have ended. */
  ended: Visitor[];
  /** Whether a request was unanswered when the server was killed. The state of sessions is then not checked until a login by a recovery code. */
  uncertain: boolean;
}

/** The acknowledgements since the last check. */
export interface Journal {
  /** The users of the drill. */
  known: Known[];
  /** Flows whose end was acknowledged. */
  finished: string[];
  /** Links whose use was acknowledged, with the password that was chosen. */
  usedLinks: { token: string; user: TestUser; password: string }[];
  /** Addresses whose request for a mail was acknowledged. */
  asked: Set<string>;
}

/** An empty journal for users. */
export const journalOf = (users: readonly TestUser[]): Journal => ({
  known: users.map((user) => ({
    ...{
      user,
      tried: -1,
      spentCodes: [],
      freshCodes: [...user.recoveryCodes],
      alive: [],
      ended: [],
      uncertain: false,
    },
  })),
  finished: [],
  usedLinks: [],
  asked: new Set(),
});

/** Compares the journal with the database: nothing acknowledged is lost, and nothing spent is valid again. */
export async function compareRows({ read }: Pick<Database, 'read'>, journal: Journal): Promise<void> {
  for (const { user, spent, spentCodes } of journal.known) {
    const factor = await read.selectFrom('factors').selectAll().where('id', '=', user.factorId).executeTakeFirst();
    assert.ok((factor?.last_step ?? -1) >= (spent?.step ?? -1), `a spent time step of ${user.username} was revived`);
    const codes = await read
      .selectFrom('recovery_codes')
      .select('spent_at')
      .where('account_id', '=', user.id)
      .where('spent_at', 'is not', null)
      .execute();
    assert.ok(codes.length >= spentCodes.length, `a spent recovery code of ${user.username} was revived`);
  }
  for (const flowId of journal.finished) {
    const rows = await read.selectFrom('audit').select('result').where('flow_id', '=', flowId).execute();
    assert.ok(
      rows.some(({ result }) => result === 'ok'),
      `the audit has lost the flow ${flowId}`,
    );
  }
  for (const { token, user } of journal.usedLinks) {
    const link = await read
      .selectFrom('links')
      .select('used_at')
      .where('token_hash', '=', hashToken(token))
      .executeTakeFirst();
    assert.ok(link === undefined || link.used_at !== null, `the used link of ${user.username} was revived`);
  }
}

/** Compares the journal with the answers of the restarted server. */
export async function compareAnswers(base: string, journal: Journal): Promise<void> {
  for (const known of journal.known) {
    const living = known.uncertain ? [] : known.alive;
    for (const visitor of living) {
      assert.equal(await sessionAt(base, visitor), 200, `an acknowledged login of ${known.user.username} was lost`);
    }
    for (const visitor of known.ended) {
      assert.equal(await sessionAt(base, visitor), 401, `an ended session of ${known.user.username} was revived`);
    }
    known.ended = [];
  }
  for (const { token, user, password } of journal.usedLinks.splice(0)) {
    const visitor = new Visitor(base);
    const again = await visitor.start('reset', [], { link: token });
    assert.ok([404, 410].includes(again.reply.status), `the used link of ${user.username} still opens`);
    const login = await visitor.toCode({ ...user, password });
    assert.equal(login.reply.body?.flow?.step?.type, 'totp', `the new password of ${user.username} was lost`);
    visitor.close();
  }
  journal.finished.splice(0);
}

async function sessionAt(base: string, visitor: Visitor): Promise<number> {
  const moved = visitor.at(base);
  const { status } = await moved.get('/session');
  moved.close();
  return status;
}

/** Checks that codes that were accepted before are refused. */
export async function replay(base: string, { user, spent, spentCodes }: Known): Promise<void> {
  const again: object[][] = [];
  if (spent) again.push([{ step: 'totp', code: spent.code }]);
  const [code] = spentCodes;
  if (code !== undefined)
    again.push([
      { step: 'totp', action: 'switch', method: 'recovery-code' },
      { step: 'recovery-code', code },
    ]);
  for (const inputs of again) {
    const visitor = new Visitor(base);
    const reply = await visitor.submit(await visitor.toCode(user), ...inputs);
    assert.ok(!isLoggedIn(reply), `a spent code of ${user.username} logs in again`);
    assert.notEqual(reply.status, 200);
    visitor.close();
  }
}

/** Checks the hash chain of the audit. */
export async function assertChain(database: Database): Promise<void> {
  const verdict = await verifyAudit(database);
  assert.ok(verdict.ok, `the audit is broken at ${verdict.brokenAt}: ${verdict.reason}`);
}
