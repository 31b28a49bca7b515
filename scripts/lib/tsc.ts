/**
 * The command of a type check. By default several checkers share a project, and each reads the same declarations again: on two cores
 * that takes twice as much time.
 */
export const tsc = (...args: readonly string[]): readonly [string, ...string[]] => ['tsc', ...args, '--checkers', '1'];
