import { createHash } from 'node:crypto';
import { type Input, type Kind, parseInput, problems } from '@tweestap/protocol';
import type { FlowRef, Outcome, RequestContext } from '../../../flow/context.ts';
import { FlowError } from '../../../flow/rules/step-definition.ts';
import { nonceOf } from '../../../hand-over/nonce.ts';
import { endDeadSession, readSession } from '../../../sessions/sessions.ts';
import { type Database, StoreUnavailableError } from '../../../store/database.ts';
import { isOther } from '../ledger/origins.ts';
import type { Call, Reply, ShownFlow } from '../ledger/wire.ts';
import type { Door } from './http-door.ts';
import type { Instance } from './instance.ts';

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/**
 * A door that sends calls to the routes of flows directly to the engine, so that the HTTP layer can't hide its faults.
 * Other calls use the door of the instance.
 */
export function engineDoor(instance: Instance, database: Database, clock: () => number): Door {
  return async (call) => {
    if (!call.path.startsWith('/flows') || /\/(events|begun)$/.test(call.path)) return await instance.door(call);
    // The HTTP layer creates the flow cookie, and replaces it for a page on another origin.
    if (call.cookies.flow === undefined || isOther(call.origin)) return await instance.door(call);
    const inputs = inputsOf(call.body);
    if (!inputs) return problem('malformed');
    const context = await contextOf(call, database, clock());
    try {
      return await ask(instance, call, inputs, context);
    } catch (error) {
      if (error instanceof FlowError) return problem(error.code);
      if (error instanceof StoreUnavailableError) return problem('busy');
      throw error;
    }
  };
}

/** The body of `POST /flows`, besides the inputs. */
interface Begin {
  kind: Kind;
  link?: string;
  client?: string;
  clientAssertion?: string;
  handOver?: string;
  nonce?: string;
  returnTo?: string;
}

async function ask(instance: Instance, call: Call, inputs: Input[], context: RequestContext): Promise<Reply> {
  const { engine } = instance;
  if (call.path === '/flows') {
    const { kind, link, client, clientAssertion, handOver, nonce, returnTo } = call.body as Begin;
    const linked = { ...(link === undefined ? {} : { link }), ...(returnTo === undefined ? {} : { returnTo }) };
    const named = { client, clientAssertion, handOver, nonce };
    const outcome = await engine.start({ kind, inputs, ...linked, ...named }, context);
    const { refusal } = outcome;
    const reply = replyOf(201, outcome);
    return { ...reply, body: { ...reply.body, token: outcome.token, ...(refusal ? { problem: refusal } : {}) } };
  }
  const ref: FlowRef = { id: call.path.slice('/flows/'.length), tokenHash: hashOf(call.token ?? '') };
  if (call.method === 'DELETE') {
    await engine.cancel(ref, context);
    return { status: 204, body: {}, set: {} };
  }
  if (call.method === 'GET') return { status: 200, body: { flow: shown(await engine.view(ref, context)) }, set: {} };
  const outcome = await engine.submit(ref, inputs, context);
  if (!outcome.refusal) return replyOf(200, outcome);
  const { code, input } = outcome.refusal;
  const reply = replyOf(problems[code].status, outcome);
  return { ...reply, body: { ...reply.body, code, input } };
}

function replyOf(status: number, { flow, issued }: Outcome): Reply {
  const set = {
    ...(issued?.session ? { session: issued.session.token } : {}),
    ...(issued?.device ? { device: issued.device.token } : {}),
  };
  return { status, body: { flow: shown(flow) }, set };
}

const shown = (flow: unknown): ShownFlow => flow as ShownFlow;

const problem = (code: keyof typeof problems): Reply => ({ status: problems[code].status, body: { code }, set: {} });

async function contextOf(
  { method, cookies, origin, address }: Call,
  database: Database,
  now: number,
): Promise<RequestContext> {
  const session = cookies.session === undefined ? undefined : await readSession(database.read, cookies.session, now);
  // As the HTTP layer does: a changing call ends a session that it finds expired (R86).
  if (cookies.session !== undefined && !session && method !== 'GET') {
    await endDeadSession(database, cookies.session, now);
  }
  const { device: deviceToken, 'hand-over': handOver } = cookies;
  return {
    browserHash: hashOf(cookies.flow ?? ''),
    ...(session ? { session } : {}),
    ...(deviceToken === undefined ? {} : { deviceToken }),
    ...(handOver === undefined ? {} : { handOverNonce: nonceOf(handOver) }),
    ...(origin === undefined ? {} : { origin }),
    address,
    correlationId: 'oracle',
  };
}

/** The parsed inputs of a body; undefined if one of them is malformed. */
function inputsOf(body: unknown): Input[] | undefined {
  const values = (body as { inputs?: unknown[] } | undefined)?.inputs ?? [];
  const parsed = values.map((value) => parseInput(value));
  const good = parsed.flatMap((each) => (each.ok ? [each.value] : []));
  return good.length === values.length ? good : undefined;
}
