import { readFileSync } from 'node:fs';
import { findPeer } from './lib/peers.ts';

/**
 * The process of one server: `child.ts <peer> <setup file>`. It reports its port, and then replies to each message with the
 * CPU time that it has used, in microseconds.
 */
const [name = '', setupFile = ''] = process.argv.slice(2);
const port = await findPeer(name).serve(JSON.parse(readFileSync(setupFile, 'utf8')));
process.send?.({ port });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
