declare module 'passport-totp' {
  import type { Strategy as PassportStrategy } from 'passport';

  /** `key` is the secret as a string of bytes, `period` is in seconds. */
  export class Strategy extends PassportStrategy {
    constructor(setup: (user: unknown, done: (error: unknown, key: string, period: number) => void) => void);
  }
}
