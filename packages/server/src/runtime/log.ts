import type { Clock } from '../crypto/tokens.ts';

/**
 * The part of a pino logger that Tweestap uses: pass pino itself, or anything that has these. Fields never hold a code,
 * a secret, a token or a name that was typed (R25).
 */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Whether a level is written at all; without it, `debug` is taken to be off. */
  isLevelEnabled?(level: string): boolean;
}

/**
 * An error as it may stand in a log: where and what kind. Drivers hang rows and parameters on their errors, and a
 * SyntaxError of JSON quotes the text, so neither is taken over as it is.
 */
export function loggable(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const message = error instanceof SyntaxError ? {} : { message: error.message.slice(0, 300) };
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  const cause = error.cause === undefined ? {} : { cause: loggable(error.cause) };
  return { name: error.name, ...code, ...message, frames: frames.slice(0, 12), ...cause };
}

/** Keys that are remembered at a time: what a stranger can invent must not fill the memory or the log. */
const MAX_KEYS = 100;

/**
 * Says whether something is due for a key: once in `interval` ms for each. While `MAX_KEYS` other keys are remembered,
 * nothing is due for a new one.
 */
export function onceEach(interval: number, clock: Clock): (key: string) => boolean {
  const seen = new Map<string, number>();
  return (key) => {
    const now = clock();
    for (const [old, at] of seen) if (Math.abs(now - at) >= interval) seen.delete(old);
    if (seen.has(key) || seen.size >= MAX_KEYS) return false;
    seen.set(key, now);
    return true;
  };
}
