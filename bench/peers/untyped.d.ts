declare module 'passport-totp' {
  import type { Strategy as PassportStrategy } from 'passport';

  /** `key`: the secret's bytes as text; `period` in seconds. */
  export class Strategy extends PassportStrategy {
    constructor(setup: (user: unknown, done: (error: unknown, key: string, period: number) => void) => void);
  }
}
