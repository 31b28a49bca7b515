/** These functions are compiled and never called. Each `@ts-expect-error` fails the type check if the next line compiles. */
import type { Client, Flow, FlowState, MfaProblem } from './index.ts';

export const inputsOfAnotherStepDoNotCompile = async (flow: Flow) => {
  if (flow.is('totp')) {
    await flow.submit({ step: 'totp', code: '123456', remember: true });
    await flow.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    const digits: number = flow.step.digits;
    // @ts-expect-error an input of another step
    await flow.submit({ step: 'password', password: 'p' });
    // @ts-expect-error a list that starts with an input of another step
    await flow.submit([{ step: 'password', password: 'p' }]);
    // @ts-expect-error a property that the input does not have
    await flow.submit({ step: 'totp', code: '123456', organisation: 'x' });
    // @ts-expect-error a code is a string
    await flow.submit({ step: 'totp', code: 123456 });
    // @ts-expect-error an action that the step does not have
    await flow.submit({ step: 'totp', action: 'poll' });
    // @ts-expect-error a property of another step
    flow.step.username;
    return digits;
  }
  if (flow.is('password'))
    await flow.submit([
      { step: 'password', password: 'p' },
      { step: 'totp', code: '1' },
    ]);
  // @ts-expect-error the step `done` takes no input
  if (flow.is('done')) await flow.submit({ step: 'done' });
  // @ts-expect-error an unknown step
  flow.is('telepathy');
  // @ts-expect-error an empty list of inputs
  await flow.submit([]);
  return 0;
};

export const wideFlowsTakeEveryInput = (flow: Flow) => flow.submit({ step: 'username', username: 'anna' });

export const theStepIsAUnion = ({ step }: Flow): string => {
  switch (step.type) {
    case 'enroll-totp':
      return step.secret;
    case 'done':
      return 'next' in step ? step.username : step.user.username;
    default:
      // @ts-expect-error only some steps have a secret
      return step.secret;
  }
};

export const theStateIsOneUnion = (state: FlowState) => {
  // @ts-expect-error only `step` and `failed` may have a problem
  state.problem;
  if (state.name === 'failed') return state.problem.code;
  return undefined;
};

export const problemsAreNarrowedByCode = (problem: MfaProblem): number => {
  if (problem.is('throttled', 'busy')) return problem.retryAfter;
  // @ts-expect-error not every problem has a time to wait
  const seconds: number = problem.retryAfter;
  // @ts-expect-error an unknown code
  problem.is('nope');
  return seconds;
};

export const startsAreTyped = async (client: Client) => {
  await client.start('login', { inputs: [{ step: 'organisation', organisation: 'de-linde' }] });
  await client.start('login', { client: 'phone-app', clientAssertion: 'a.b.c' });
  // @ts-expect-error an unknown kind
  await client.start('logout');
  // @ts-expect-error an unknown step
  await client.start('login', { inputs: [{ step: 'organization', organisation: 'x' }] });
  // @ts-expect-error an unknown duration
  await client.account.setRememberFor('2w');
};
