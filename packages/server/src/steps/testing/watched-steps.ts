import assert from 'node:assert/strict';
import type { StepType } from '@tweestap/protocol';
import type { Counted, Spends, StepContext, StepDefinition, StepList } from '../../flow/rules/step-definition.ts';

/** The steps that `watchSteps` returns, with the last results of their functions. */
export interface Watched {
  /** The watched steps. */
  steps: StepList;
  /** The last result of a `counted`. */
  counted: Counted | undefined;
  /** The last result of a `spends`. */
  spends: Spends | undefined;
}

/**
 * Wraps the steps of a list so that they may only read: their facts are frozen, and a statement that writes fails the test.
 * A step changes the database only by effects, which the engine applies in the commit.
 * @param statements the SQL of all statements so far, in order
 */
export function watchSteps(steps: StepList, statements: readonly string[]): Watched {
  const watched: Watched = { steps: {}, counted: undefined, spends: undefined };
  const reading = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = statements.length;
    const result = await work();
    const writes = statements.slice(before).filter((text) => !/^\s*select\b/i.test(text));
    assert.deepEqual(writes, [], `${name} writes outside the commit`);
    return result;
  };
  const watch = (type: string, definition: StepDefinition<StepType>): StepDefinition<StepType> => {
    const { present, prepare, counted, spends, verify } = definition;
    return {
      ...definition,
      present: (context) => reading(`${type}: present`, () => present(withFrozenFacts(context))),
      ...(prepare && {
        prepare: (context) => reading(`${type}: prepare`, () => prepare(withFrozenFacts(context))),
      }),
      ...(counted && {
        counted: async (context, input) => {
          watched.counted = await reading(`${type}: counted`, () => counted(withFrozenFacts(context), input));
          return watched.counted;
        },
      }),
      ...(spends && {
        spends: async (answer, context) => {
          watched.spends = await reading(`${type}: spends`, () => spends(answer, withFrozenFacts(context)));
          return watched.spends;
        },
      }),
      ...(verify && {
        verify: (answer, context) => reading(`${type}: verify`, () => verify(answer, withFrozenFacts(context))),
      }),
    };
  };
  watched.steps = Object.fromEntries(Object.entries(steps).map(([type, each]) => [type, watch(type, each)]));
  return watched;
}

function withFrozenFacts(context: StepContext): StepContext {
  return { ...context, facts: frozen(structuredClone(context.facts)) };
}

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part);
  return Object.freeze(value);
}
