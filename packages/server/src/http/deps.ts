import type { ClockGuard } from '../clock-guard.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import type { Engine } from '../flow/engine-types.ts';
import type { Logger } from '../log.ts';
import type { Database } from '../store/database.ts';
import type { Hop } from './client-address.ts';
import type { Cookies } from './cookies.ts';

/** What the routes work with. */
export interface HttpDeps {
  database: Database;
  engine: Engine;
  keyring: Keyring;
  clock: Clock;
  clockGuard: ClockGuard;
  random: Random;
  logger: Logger;
  cookies: Cookies;
  addressOf(hop: Hop): string;
}
