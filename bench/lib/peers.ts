import { bareExpress } from '../peers/bare-express.ts';
import { betterAuthPeer } from '../peers/better-auth.ts';
import { handMade } from '../peers/hand-made.ts';
import { passportPeer } from '../peers/passport.ts';
import { tweestap } from '../peers/tweestap.ts';
import { tweestapMails } from '../peers/tweestap-mails.ts';
import { tweestapRefusals } from '../peers/tweestap-refusals.ts';
import type { Peer } from './peer.ts';

const all: readonly Peer[] = [
  tweestap,
  tweestapRefusals,
  tweestapMails,
  betterAuthPeer,
  passportPeer,
  handMade,
  bareExpress,
];

/** @throws when nobody has that name */
export function findPeer(name: string): Peer {
  const peer = all.find((each) => each.name === name);
  if (!peer) throw new Error(`There is no peer "${name}".`);
  return peer;
}
