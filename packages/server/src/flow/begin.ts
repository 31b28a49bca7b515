import { getAccount } from '../store/accounts/accounts.ts';
import { findFlow } from '../store/flows.ts';
import type { AccountRow } from '../store/schema.ts';
import type { BeginLogin, BegunLogin, EngineParts, FlowRef, RequestContext } from './context.ts';
import { afterPassword } from './effects/after-password.ts';
import { newFlow } from './open-flow.ts';
import { type Facts, readFacts } from './rules/facts.ts';
import { FlowError } from './rules/step-definition.ts';
import { stepContext } from './step-context.ts';
import { acceptProof } from './submission.ts';

/*
 * A login that the portal begins on its server, after it has checked the password itself (decision 0034). The flow belongs to
 * the browser of that request. It begins with the facts that a correct password leads to, in one transaction, so everything
 * that a submission of a password depends on is checked here too.
 */

/** Why the portal can't begin a login. The message is for its developers. */
export class BeginError extends Error {
  /**
   * `bad-request` (the message names the option), `unknown-organisation`, `unknown-user`, `disabled-user`, `return-to` (its
   * origin is not allowed, R70), or `conflict` (the account is being changed: begin again).
   */
  readonly code: 'bad-request' | 'unknown-organisation' | 'unknown-user' | 'disabled-user' | 'return-to' | 'conflict';
  constructor(code: BeginError['code'], message: string) {
    super(message);
    this.name = 'BeginError';
    this.code = code;
  }
}

/** How often a login is begun again, after the account has changed at the same moment. */
const MAX_ATTEMPTS = 3;

/**
 * Begins a login after the password.
 * @throws BeginError `return-to`, `disabled-user` or `conflict`
 */
export async function begin(parts: EngineParts, args: BeginLogin, request: RequestContext): Promise<BegunLogin> {
  const { organisation, returnTo } = args;
  if (returnTo !== undefined && !(await parts.allowedReturnTo(organisation, returnTo))) {
    throw new BeginError('return-to', refusalOf(returnTo));
  }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const begun = await beginOnce(parts, args, request);
    if (begun) return begun;
  }
  throw new BeginError('conflict', 'the account is being changed at this moment: begin again');
}

function refusalOf(returnTo: string): string {
  const origin = URL.parse(returnTo)?.origin;
  return origin === undefined
    ? 'returnTo must be an absolute address such as https://portal.example/finish'
    : `returnTo: ${origin} is neither the origin of baseUrl (TWEESTAP_BASE_URL) nor in returnTo of the organisation`;
}

/** Begins a login. Returns undefined if the account was changed meanwhile. */
async function beginOnce(
  parts: EngineParts,
  args: BeginLogin,
  request: RequestContext,
): Promise<BegunLogin | undefined> {
  const account = await getAccount(parts.database.read, args.organisation, args.account);
  if (account?.state !== 'active') throw new BeginError('disabled-user', 'the account of the user is disabled');
  const now = parts.clock();
  const { random, keyring } = parts;
  const { browserHash, address } = request;
  const { flow, token } = newFlow('login', {}, { now, browserHash, address, random });
  const sealed = keyring.seal(token, tokenBinding(flow.row.id));
  flow.facts = firstFacts(account, { user: args.user, at: now, token: sealed }, args);
  const context = stepContext(parts, request, flow, now);
  const { facts, effects } = await afterPassword(account, await context.visitorTo(account.id), context);
  const proof = { at: now, changedAt: account.password_changed_at };
  const after = { ...facts, ...(args.isConfirmed ? { confirmed: proof } : {}) };
  const submission = { parts, flow, request, context, step: 'password', audited: 'begin' } as const;
  const applied = await acceptProof(submission, { outcome: 'accepted', facts: after, effects });
  if (applied.refusal) return undefined;
  const { issued } = applied;
  return { id: flow.row.id, isDone: flow.row.ended_at !== null, ...(issued ? { issued } : {}) };
}

function firstFacts(
  account: AccountRow,
  begun: NonNullable<Facts['begun']>,
  { organisation, returnTo }: BeginLogin,
): Facts {
  const { id, username, name } = account;
  return {
    organisation,
    account: { username, key: account.username_key },
    person: { id, username, ...(name === null ? {} : { name }) },
    begun,
    ...(returnTo === undefined ? {} : { returnTo }),
  };
}

const tokenBinding = (flowId: string): string[] => ['begun', flowId];

/**
 * The reference and the token of a login that the portal began. A page may ask again, after a reload: it gets the same token.
 * The caller checks that the flow belongs to the browser. @throws FlowError `no-such-flow`
 */
export async function begunFlow(
  { database, keyring }: Pick<EngineParts, 'database' | 'keyring'>,
  id: string,
): Promise<{ ref: FlowRef; token: string }> {
  const row = await findFlow(database.read, id);
  const begun = row && readFacts(row.facts).begun;
  if (!row || !begun) throw new FlowError('no-such-flow');
  const token = Buffer.from(keyring.open(begun.token, tokenBinding(id))).toString('utf8');
  return { ref: { id, tokenHash: row.token_hash }, token };
}
