import { went } from './ledger/judge.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { FlowRecord, Given, SentInput } from './ledger/records.ts';
import type { Reply } from './ledger/wire.ts';

/*
 * What an answer would have said that was lost with its instance: what nobody was told may be so or not, and the ledger
 * believes neither more nor less.
 */

/** The start of a flow: nobody has its token. */
export function loseBegin(ledger: Ledger, [organisation, name]: readonly SentInput[], given: Given): void {
  const flow = { organisation: String(organisation?.organisation), name: String(name?.username) };
  doubt(ledger, flow, given);
  ledger.devices.lost(given.cookies.device);
}

interface Lost {
  flow: FlowRecord;
  inputs: SentInput[];
  /** The step that the flow stood at. */
  step: string | undefined;
  given: Given;
  /** The flow as it is now, on another instance. */
  seen: Reply;
}

/** A submission: whether it stood shows when the flow is looked at. */
export function loseSubmit(ledger: Ledger, { flow, inputs, step, given, seen }: Lost): boolean {
  doubt(ledger, flow, given);
  const shown = seen.body.flow;
  // A lock that has run out leads back to its step without any submission.
  const unchanged = [step, inputs[0]?.step, 'locked'];
  const stood = shown !== undefined && (shown.status === 'done' || !unchanged.includes(shown.step.type));
  if (stood) went(ledger, flow, inputs, { ...seen, status: 200, set: {} }, given);
  else ledger.devices.lost(given.cookies.device);
  return stood;
}

/** The attempt may stand in any of the counts that it could be under. */
function doubt(ledger: Ledger, flow: Pick<FlowRecord, 'organisation' | 'name' | 'user'>, given: Given): void {
  const user = flow.user ?? ledger.find(flow.organisation, flow.name);
  const device = `device ${ledger.devices.idOf(given.cookies.device)}/${user?.id}`;
  const keys = user
    ? [`name ${user.organisation.id}/${user.username}`, device, `code ${user.id}`, `recovery ${user.id}`]
    : [`name ${flow.organisation}/${flow.name}`];
  for (const key of keys) ledger.counts.doubt(key);
}
