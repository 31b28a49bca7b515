import { parseKeyring } from '../../crypto/keyring.ts';
import { systemClock, systemRandom } from '../../crypto/tokens.ts';
import { openDatabase } from '../../store/open/open-database.ts';
import { startSender } from '../sender.ts';
import { encryptionKeys, smtpTo } from './smtp-to.ts';

/*
 * A sender in a process of its own, to be killed: `fork(this file, [database, smtp address])`.
 */

const [, , address = '', smtp = ''] = process.argv;
const database = await openDatabase(address, { clock: systemClock });
const silent = (): void => {};
startSender({
  ...{ database, transport: smtpTo(smtp), clock: systemClock, random: systemRandom },
  ...{ keyring: parseKeyring(encryptionKeys), baseUrl: 'https://portal.example' },
  logger: { debug: silent, info: silent, warn: silent, error: silent },
});
process.once('disconnect', () => process.exit());
