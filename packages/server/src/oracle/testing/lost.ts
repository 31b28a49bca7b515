import { went } from './ledger/judge/judge.ts';
import type { Ledger } from './ledger/ledger.ts';
import { judgeToken } from './ledger/proofs/hand-over-token.ts';
import type { BeginBody, FlowRecord, Given, SentInput } from './ledger/records.ts';
import type { Reply } from './ledger/wire.ts';

/* Answers that were lost because the instance was killed: their effects may have been committed or not. */

/**
 * Records a `POST /flows` whose answer was lost. No client has the token of that flow. If it was a whole login, its new session
 * replaced that of the browser (R67), so this one may have ended.
 */
export function loseBegin(ledger: Ledger, asked: BeginBody, given: Given): void {
  const { inputs = [], handOver } = asked;
  const [organisation, name] = inputs;
  const flow = { organisation: String(organisation?.organisation), name: String(name?.username) };
  doubt(ledger, flow, given);
  ledger.devices.lost(given.cookies.device);
  if (handOver !== undefined) ledger.spentTokens.add(judgeToken(ledger, asked, given).id);
  const replaced = ledger.sessions.get(given.cookies.session ?? '');
  const isLogin = handOver !== undefined || inputs.some(({ step }) => step === 'password');
  if (replaced && isLogin) replaced.over = true;
}

interface Lost {
  flow: FlowRecord;
  inputs: SentInput[];
  /** The step of the flow before the request. */
  step: string | undefined;
  given: Given;
  /** The answer of another instance to `GET /flows/{id}` after the kill. */
  seen: Reply;
}

/** Records a `POST /flows/{id}` whose answer was lost. Returns whether it was committed, as the flow shows afterwards. */
export function loseSubmit(ledger: Ledger, { flow, inputs, step, given, seen }: Lost): boolean {
  doubt(ledger, flow, given);
  const shown = seen.body.flow;
  // A lock that has expired leads back to its step without a submission.
  const unchanged = [step, inputs[0]?.step, 'locked'];
  const isCommitted = shown !== undefined && (shown.status === 'done' || !unchanged.includes(shown.step.type));
  if (isCommitted) went(ledger, flow, inputs, { ...seen, status: 200, set: {} }, given);
  else ledger.devices.lost(given.cookies.device);
  return isCommitted;
}

/** Records that the attempt may have been counted, under every key that is possible. */
function doubt(ledger: Ledger, flow: Pick<FlowRecord, 'organisation' | 'name' | 'user'>, given: Given): void {
  const user = flow.user ?? ledger.find(flow.organisation, flow.name);
  const device = `device ${ledger.devices.idOf(given.cookies.device)}/${user?.id}`;
  const keys = user
    ? [
        `name ${user.organisation.id}/${user.username}`,
        device,
        `code ${user.id}`,
        `sms ${user.id}`,
        `email ${user.id}`,
        `recovery ${user.id}`,
      ]
    : [`name ${flow.organisation}/${flow.name}`];
  for (const key of keys) ledger.counts.doubt(key);
}
