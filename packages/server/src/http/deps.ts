import type { ParseInput } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import type { Engine } from '../flow/engine-types.ts';
import type { Factor } from '../flow/rules/factor.ts';
import type { ClockGuard } from '../runtime/clock-guard.ts';
import type { Logger } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';
import type { Hop } from './client-address.ts';
import type { Cookies } from './cookies.ts';

/** What the routes work with. */
export interface HttpDeps {
  database: Database;
  engine: Engine;
  /** The list of factors (`factors/index.ts`). */
  factors: readonly Factor[];
  /** Parses an input by the lists of steps and methods of this server. */
  parseInput: ParseInput;
  keyring: Keyring;
  clock: Clock;
  clockGuard: ClockGuard;
  random: Random;
  logger: Logger;
  cookies: Cookies;
  addressOf(hop: Hop): string;
}
