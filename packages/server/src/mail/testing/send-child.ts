import { parseKeyring } from '../../crypto/keyring.ts';
import { systemClock, systemRandom } from '../../crypto/tokens.ts';
import { startSender } from '../../outbox/sender.ts';
import { openDatabase } from '../../store/open/open-database.ts';
import { mailChannel } from '../mail-channel.ts';
import { encryptionKeys, smtpTo } from './smtp-to.ts';

/*
 * Runs a sender in a separate process that a test can kill: `fork(this file, [database, smtp address])`.
 */

const [, , address = '', smtp = ''] = process.argv;
const database = await openDatabase(address, { clock: systemClock });
const ignore = (): void => {};
const keyring = parseKeyring(encryptionKeys);
const channel = mailChannel({
  ...{ read: database.read, transport: smtpTo(smtp), keyring, baseUrl: 'https://portal.example' },
});
startSender({
  ...{ database, channel, clock: systemClock, random: systemRandom },
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
});
process.once('disconnect', () => process.exit());
