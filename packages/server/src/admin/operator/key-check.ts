import { type Keyring, SealError } from '../../crypto/keyring.ts';
import type { Clock } from '../../crypto/tokens.ts';
import { factorBinding } from '../../flow/rules/factor.ts';
import type { Logger } from '../../runtime/log.ts';
import type { Database, Db, Tx } from '../../store/database.ts';
import {
  addCanary,
  type CanaryRow,
  countSealedBy,
  deleteCanary,
  listCanaries,
  sealedFactors,
} from '../../store/upkeep/sealed-rows.ts';

/** What is sealed: only that it opens matters. */
const PLAIN = 'tweestap';
/** Secrets that are tried where there is no canary yet: one that was tampered with must not stop the start. */
const SAMPLE = 20;

/** The encryption keys are not those that the secrets of the database were sealed with; `message` never repeats a key. */
export class WrongKeyError extends Error {
  readonly code = 'wrong-encryption-key';
  constructor(keyId: string, reason: SealError['code']) {
    const why =
      reason === 'unknown-key'
        ? `was sealed with the key "${keyId}", which is not given`
        : `does not open with the given key "${keyId}": that id had another key before`;
    super(`encryptionKeys (TWEESTAP_ENCRYPTION_KEYS): a secret of the database ${why}; give the keys that sealed it.`);
    this.name = 'WrongKeyError';
  }
}

interface KeyDeps {
  database: Database;
  keyring: Keyring;
  clock: Clock;
}

/**
 * Checks at start that the keys open what the database holds, and leaves a canary of the key that seals from now on
 * (R95): with a wrong key a server would start well and fail at each code. @throws WrongKeyError
 */
export async function checkKeys({ database, keyring, clock }: KeyDeps): Promise<void> {
  const canaries = await listCanaries(database.read);
  for (const canary of canaries) openCanary(keyring, canary);
  if (canaries.some(({ key_id }) => key_id === keyring.writeKeyId)) return;
  // A database of an older version, or secrets that the command line has imported.
  if (canaries.length === 0) await trySecrets(database.read, keyring);
  await database.write((tx) => addCanary(tx, newCanary(keyring, clock())));
}

/**
 * Makes the check of `health/ready`: another instance may have changed the keys meanwhile. It opens each canary once, and
 * logs once why it is not ready.
 */
export function keyCheck(deps: KeyDeps & { logger: Pick<Logger, 'error'> }): () => Promise<boolean> {
  const { database, keyring, logger } = deps;
  const opened = new Set<string>();
  let isReported = false;
  return async () => {
    try {
      for (const canary of await listCanaries(database.probe)) {
        if (!opened.has(canary.sealed)) openCanary(keyring, canary);
        opened.add(canary.sealed);
      }
      isReported = false;
      return true;
    } catch (error) {
      if (!(error instanceof WrongKeyError)) throw error;
      if (!isReported) logger.error({ code: error.code }, error.message);
      isReported = true;
      return false;
    }
  };
}

/**
 * After a rotation: the canaries of keys that seal nothing any more go, and the key that seals has one, unless a key that
 * still seals something is not given.
 */
export async function renewCanaries(tx: Tx, keyring: Keyring, now: number): Promise<void> {
  let isWhole = true;
  for (const canary of await listCanaries(tx)) {
    const isSpare = canary.key_id !== keyring.writeKeyId && (await countSealedBy(tx, canary.key_id)) === 0;
    if (isSpare) await deleteCanary(tx, canary.key_id);
    else isWhole &&= faultOf(keyring, canary) === undefined;
  }
  if (isWhole) await addCanary(tx, newCanary(keyring, now));
}

function newCanary(keyring: Keyring, now: number): CanaryRow {
  const keyId = keyring.writeKeyId;
  return { key_id: keyId, sealed: keyring.seal(PLAIN, binding(keyId)), created_at: now };
}

const binding = (keyId: string): string[] => ['canary', keyId];

function openCanary(keyring: Keyring, canary: CanaryRow): void {
  const fault = faultOf(keyring, canary);
  if (fault) throw fault;
}

function faultOf(keyring: Keyring, { key_id, sealed }: CanaryRow): WrongKeyError | undefined {
  return sealFault(() => keyring.open(sealed, binding(key_id)), key_id);
}

function sealFault(open: () => unknown, keyId: string): WrongKeyError | undefined {
  try {
    open();
    return undefined;
  } catch (error) {
    if (error instanceof SealError) return new WrongKeyError(keyId, error.code);
    throw error;
  }
}

async function trySecrets(read: Db, keyring: Keyring): Promise<void> {
  let fault: WrongKeyError | undefined;
  for (const row of await sealedFactors(read, SAMPLE)) {
    const sealed = row.data ?? row.secret;
    const [, keyId = ''] = sealed.split('.');
    fault = sealFault(() => keyring.open(sealed, factorBinding(row)), keyId);
    if (!fault) return;
  }
  if (fault) throw fault;
}
