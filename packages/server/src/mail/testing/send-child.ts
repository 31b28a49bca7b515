import { parseKeyring } from '../../crypto/keyring.ts';
import { systemClock, systemRandom } from '../../crypto/tokens.ts';
import { openDatabase } from '../../store/open/open-database.ts';
import { startSender } from '../sender.ts';
import { encryptionKeys, smtpTo } from './smtp-to.ts';

/*
 * Runs a sender in a separate process that a test can kill: `fork(this file, [database, smtp address])`.
 */

const [, , address = '', smtp = ''] = process.argv;
const database = await openDatabase(address, { clock: systemClock });
const ignore = (): void => {};
startSender({
  ...{ database, transport: smtpTo(smtp), clock: systemClock, random: systemRandom },
  ...{ keyring: parseKeyring(encryptionKeys), baseUrl: 'https://portal.example' },
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
});
process.once('disconnect', () => process.exit());
