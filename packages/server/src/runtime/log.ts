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
