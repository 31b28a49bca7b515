import { createHash } from 'node:crypto';
import type { Input, Method, StepType } from '@tweestap/protocol';
import { z } from 'zod';
import { newId, newToken } from '../../crypto/tokens.ts';
import { factors } from '../../factors/index.ts';
import { steps } from '../../steps/index.ts';
import { activeFactors } from '../../store/factors/factors.ts';
import { bindFactor, type NewFactor, withEnrolled } from '../effects/bind-factor.ts';
import { factorCounted } from '../effects/factor-counted.ts';
import { type Factor, isActive, openData } from '../rules/factor.ts';
import { accepted, refused, type StepContext, type StepDefinition, without } from '../rules/step-definition.ts';
import type { Lists } from './world.ts';

/*
 * A factor that exists in tests only: a printed list of codes. It can be enrolled and proven. Its `prepare` chooses the code
 * of the list that is required, and `resend` requests another one. The engine, HTTP, the audit, the help desk and the store
 * do not refer to it in any file.
 */

/** The method of the test factor. The types of the protocol do not include it. */
export const PRINTED = 'printed-list' as Method;
/** The step that proves the test factor. */
export const PROVE = 'printed-list' as StepType;
/** The step that enrolls the test factor. */
export const ENROLL = 'enroll-printed-list' as StepType;
/** The number of codes on a list. */
const COUNT = 20;

const Data = z.strictObject({ codes: z.array(z.string()).length(COUNT) });

/** The codec that opens the rows of the test factor. */
export const printedCodec = { method: PRINTED, data: Data };

const printedList: Factor = {
  method: PRINTED,
  role: 'factor',
  proveStep: PROVE,
  enrollSteps: [ENROLL],
  amr: () => ['otp'],
  acr: () => 'aal2',
  lock: {
    by: 'printed-list',
    key: (accountId) => `printed-list.${createHash('sha256').update(accountId).digest('base64url')}`,
    limit: ({ locks }) => locks.hard,
  },
  usable: isActive(PRINTED),
  data: Data,
  defaultName: 'Printed list',
  describe: () => ({ to: `${COUNT} codes` }),
};

/** An input of the test factor's steps. */
export interface PrintedInput {
  step: string;
  action?: 'submit' | 'resend' | 'back' | 'switch';
  code?: string;
  remember?: boolean;
  to?: string;
  method?: string;
}

/** Casts an input of the test factor to the type that the engine accepts. */
export const printed = (input: PrintedInput): Input => input as unknown as Input;

const enrollStep = {
  answers: ['submit'],
  audited: ENROLL,
  isPrepared: ({ facts }: Pick<StepContext, 'facts'>) => facts.enrolment !== undefined,
  async prepare({ facts, flowId, keyring, random, now }: StepContext) {
    if (facts.enrolment) return accepted(facts);
    const codes = Array.from({ length: COUNT }, () => newToken(random).slice(0, 8));
    const factorId = newId(random);
    const secret = keyring.seal(JSON.stringify({ codes }), [ENROLL, flowId, factorId]);
    return accepted({ ...facts, enrolment: { factorId, secret, at: now } });
  },
  async present(context: StepContext) {
    return { type: ENROLL, codes: listOf(context).codes };
  },
  /** The first code of the list proves that the list was printed. The enrolment spends it. */
  async verify(answer: PrintedInput, context: StepContext) {
    const { facts, now } = context;
    const list = listOf(context);
    if (answer.code !== list.codes[0]) return refused('wrong-code');
    const { policy } = await context.organisation();
    const factor: NewFactor = { method: PRINTED, factorId: facts.enrolment?.factorId ?? '', data: list };
    const bound = { ...factor, columns: { last_step: 0 } };
    return accepted(withEnrolled(without(facts, 'enrolment'), factor, now), bindFactor(context, policy, bound));
  },
};

function listOf({ facts, flowId, keyring }: StepContext): z.infer<typeof Data> {
  if (!facts.enrolment) throw new Error('The enrolment was not prepared.');
  const { factorId, secret } = facts.enrolment;
  return Data.parse(JSON.parse(Buffer.from(keyring.open(secret, [ENROLL, flowId, factorId])).toString('utf8')));
}

/** Chooses an unused code of the list, different from the previous one. */
async function challenge(context: StepContext): Promise<string> {
  const { facts, read } = context;
  const [row] = await activeFactors(read, facts.person?.id ?? '', PRINTED);
  const before = facts.challenge?.method === PRINTED ? Number(facts.challenge.value) : -1;
  return String(Math.max(before, row?.last_step ?? -1) + 1);
}

const proveStep = {
  answers: ['submit', 'resend'],
  audited: PROVE,
  isPrepared: ({ facts }: Pick<StepContext, 'facts'>) => facts.challenge !== undefined,
  async prepare(context: StepContext) {
    const { facts, now } = context;
    if (facts.challenge?.method === PRINTED) return accepted(facts);
    return accepted({ ...facts, challenge: { method: PRINTED, value: await challenge(context), at: now } });
  },
  async present(context: StepContext) {
    const { policy } = await context.organisation();
    const { facts, kind } = context;
    const remember = kind === 'login' && facts.rememberFor ? { remember: { for: facts.rememberFor } } : {};
    const methods = context.order.otherMethods(context, policy, PROVE);
    return { type: PROVE, number: Number(facts.challenge?.value), ...remember, methods };
  },
  async counted(context: StepContext, input: PrintedInput) {
    return input.action === 'resend' ? undefined : await factorCounted(context, PRINTED);
  },
  async verify(answer: PrintedInput, context: StepContext) {
    const { facts, read, now, keyring, kind } = context;
    if (answer.action === 'resend') {
      const next = { method: PRINTED, value: await challenge(context), at: now };
      return accepted({ ...facts, challenge: next });
    }
    const required = facts.challenge?.method === PRINTED ? Number(facts.challenge.value) : -1;
    const [row] = await activeFactors(read, facts.person?.id ?? '', PRINTED);
    if (!row) return refused('wrong-code');
    const { codes } = openData(printedCodec, row, keyring);
    if (answer.code === undefined || answer.code !== codes[required]) return refused('wrong-code');
    const factor = { method: PRINTED, id: row.id, at: now };
    const remember = answer.remember === true && kind === 'login' && facts.rememberFor;
    const spend = {
      lost: 'code-used' as const,
      async apply(tx: Parameters<typeof activeFactors>[0]) {
        const spent = await tx
          .updateTable('factors')
          .set({ last_step: required, last_used_at: now })
          .where('id', '=', row.id)
          .where('state', '=', 'active')
          .where('last_step', '<', required)
          .executeTakeFirst();
        return spent.numUpdatedRows === 1n;
      },
    };
    const proven = { ...without(facts, 'challenge'), factor, ...(remember ? { remember } : {}) };
    return accepted(proven, [spend]);
  },
};

/** The server's lists of steps and factors, with the test factor added. */
export const withPrintedList: Lists = {
  steps: {
    ...steps,
    [PROVE]: proveStep as unknown as StepDefinition<StepType>,
    [ENROLL]: enrollStep as unknown as StepDefinition<StepType>,
  },
  factors: [...factors, printedList],
};

const common = <T extends string>(step: T) => ({
  back: z.strictObject({ step: z.literal(step), action: z.literal('back'), to: z.string() }),
  extend: z.strictObject({ step: z.literal(step), action: z.literal('extend') }),
});

/** The fields that every step shows. */
const shown = { actions: z.array(z.string()), back: z.string().optional() };

/** The schemas of the test factor's steps and inputs, for `createInputParser`. */
export const printedSchemas = {
  [PROVE]: {
    step: z.strictObject({
      ...{ type: z.literal(PROVE), ...shown, number: z.int() },
      ...{ remember: z.strictObject({ for: z.string() }).optional() },
      methods: z.array(z.strictObject({ method: z.string() })),
    }),
    inputs: {
      submit: z.strictObject({
        ...{ step: z.literal(PROVE), action: z.literal('submit').optional() },
        ...{ code: z.string().max(64), remember: z.boolean().optional() },
      }),
      resend: z.strictObject({ step: z.literal(PROVE), action: z.literal('resend') }),
      switch: z.strictObject({ step: z.literal(PROVE), action: z.literal('switch'), method: z.string() }),
      ...common(PROVE),
    },
  },
  [ENROLL]: {
    step: z.strictObject({ type: z.literal(ENROLL), ...shown, codes: z.array(z.string()) }),
    inputs: {
      submit: z.strictObject({
        ...{ step: z.literal(ENROLL), action: z.literal('submit').optional(), code: z.string().max(64) },
      }),
      later: z.strictObject({ step: z.literal(ENROLL), action: z.literal('later') }),
      ...common(ENROLL),
    },
  },
};
