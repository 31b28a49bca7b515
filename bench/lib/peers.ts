import { bareExpress } from '../peers/bare-express.ts';
import { betterAuthPeer, betterAuthSent } from '../peers/better-auth.ts';
import { handMade } from '../peers/hand-made.ts';
import { passportPeer } from '../peers/passport.ts';
import { tweestap } from '../peers/tweestap.ts';
import { tweestapEmails } from '../peers/tweestap-emails.ts';
import { tweestapPasskey, tweestapPasskeyAlone, tweestapPush, tweestapSms } from '../peers/tweestap-factors.ts';
import { tweestapMillion, tweestapSmall } from '../peers/tweestap-growth.ts';
import { tweestapRefusals } from '../peers/tweestap-refusals.ts';
import type { Peer } from './peer.ts';

const all: readonly Peer[] = [
  tweestap,
  tweestapSms,
  tweestapPasskey,
  tweestapPasskeyAlone,
  tweestapPush,
  tweestapRefusals,
  tweestapEmails,
  tweestapSmall,
  tweestapMillion,
  betterAuthPeer,
  betterAuthSent,
  passportPeer,
  handMade,
  bareExpress,
];

/**
 * Returns the peer with this name.
 * @throws Error if there is no such peer
 */
export function findPeer(name: string): Peer {
  const peer = all.find((each) => each.name === name);
  if (!peer) throw new Error(`Unknown peer "${name}".`);
  return peer;
}
