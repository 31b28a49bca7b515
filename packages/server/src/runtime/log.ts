import type { Clock } from '../crypto/tokens.ts';

/**
 * The part of a pino logger that Tweestap uses. Pass a pino logger, or any object with these methods. Fields never contain
 * a code, a secret, a token or a name that was entered (R25).
 */
export interface Logger {
  /** Writes a line for debugging. */
  debug(fields: object, message: string): void;
  /** Writes a line about normal operation. */
  info(fields: object, message: string): void;
  /** Writes a line about a problem that the server handles. */
  warn(fields: object, message: string): void;
  /** Writes a line about a problem that needs attention. */
  error(fields: object, message: string): void;
  /** Returns whether a level is written. Default: `debug` counts as off. */
  isLevelEnabled?(level: string): boolean;
}

/**
 * Returns the fields of an error that may be logged: its kind, code, message, stack frames and causes (R25). Other fields
 * are left out, because database drivers add rows and parameters to their errors. The message of a SyntaxError is left out,
 * because JSON errors quote the text.
 */
export function loggable(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const message = error instanceof SyntaxError ? {} : { message: error.message.slice(0, 300) };
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  const cause = error.cause === undefined ? {} : { cause: loggable(error.cause) };
  return { name: error.name, ...code, ...message, frames: frames.slice(0, 12), ...cause };
}

/** The maximum number of remembered keys, so that keys that a client invents can't fill the memory or the log. */
const MAX_KEYS = 100;

/**
 * Returns a function that returns true at most once per `interval` (in ms) for each key. While `MAX_KEYS` keys are
 * remembered, it returns false for a new one.
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
