import { type Keyring, SealError } from '../../crypto/keyring.ts';
import type { Clock } from '../../crypto/tokens.ts';
import { factorBinding } from '../../flow/rules/factor.ts';
import type { Logger } from '../../runtime/log.ts';
import type { Database, Db, Tx } from '../../store/database.ts';
import { countSigningKeysSealedBy } from '../../store/signing-keys.ts';
import {
  addCanary,
  type CanaryRow,
  countSealedBy,
  deleteCanary,
  listCanaries,
  sealedFactors,
} from '../../store/upkeep/sealed-rows.ts';

/** The plain text of each canary. Only its decryption matters. */
const PLAIN = 'tweestap';
/** How many secrets are tried if there is no canary: a single tampered secret must not prevent the start. */
const SAMPLE = 20;

/** The encryption keys can't decrypt the secrets of the database. `message` contains key ids, but never a key. */
export class WrongKeyError extends Error {
  /** The code of the error in logs and on the command line. */
  readonly code = 'wrong-encryption-key';
  constructor(keyId: string, reason: SealError['code']) {
    const why =
      reason === 'unknown-key'
        ? `was encrypted with the key "${keyId}", which is missing`
        : `can't be decrypted with the key "${keyId}": another key had this id before`;
    super(`encryptionKeys (TWEESTAP_ENCRYPTION_KEYS): a secret of the database ${why}; add the key that encrypted it.`);
    this.name = 'WrongKeyError';
  }
}

interface KeyDeps {
  database: Database;
  keyring: Keyring;
  clock: Clock;
}

/**
 * Checks at start that the keys can decrypt the database, and adds a canary for the key that encrypts new secrets
 * (R95). Otherwise a server with a wrong key would start without an error and fail at every code. @throws WrongKeyError
 */
export async function checkKeys({ database, keyring, clock }: KeyDeps): Promise<void> {
  const canaries = await listCanaries(database.read);
  for (const canary of canaries) openCanary(keyring, canary);
  if (canaries.some(({ key_id }) => key_id === keyring.writeKeyId)) return;
  // Without a canary, the database has an older version, or the command line has imported its secrets.
  if (canaries.length === 0) await trySecrets(database.read, keyring);
  await database.write((tx) => addCanary(tx, newCanary(keyring, clock())));
}

/**
 * Creates the key check of `health/ready`, because another instance may change the keys while this one runs. The check
 * decrypts each canary once. It logs the first of consecutive failures, and returns whether the keys are right.
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
 * Updates the canaries after a rotation. Deletes the canaries of keys that no longer encrypt any secret. Adds one for
 * the key that encrypts new secrets, unless a key that is still in use is missing.
 */
export async function renewCanaries(tx: Tx, keyring: Keyring, now: number): Promise<void> {
  let canOpenAll = true;
  for (const canary of await listCanaries(tx)) {
    const isUnused = canary.key_id !== keyring.writeKeyId && (await countSecretsOf(tx, canary.key_id)) === 0;
    if (isUnused) await deleteCanary(tx, canary.key_id);
    else canOpenAll &&= faultOf(keyring, canary) === undefined;
  }
  if (canOpenAll) await addCanary(tx, newCanary(keyring, now));
}

async function countSecretsOf(tx: Tx, keyId: string): Promise<number> {
  return (await countSealedBy(tx, keyId)) + (await countSigningKeysSealedBy(tx, keyId));
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
