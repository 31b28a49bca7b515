import { isSignedBy, type Jws, readJws } from '../jws.ts';
import type { Ledger } from '../ledger.ts';
import { isOther } from '../origins.ts';
import type { BeginBody, Given } from '../records.ts';
import { mayReturn } from '../return-to.ts';
import type { System, SystemKey } from '../systems.ts';
import type { Organisation, User } from '../users.ts';
import { AUDIENCE } from './possession.ts';

/* Whether the token of another system must be accepted or refused (K11), judged without the server's code. */

/** seconds */
const MAX_AGE = 60;
/** seconds: the tolerance of the clock, and one for rounding. */
const TOLERANCE = 6;

/** What the ledger knows of a token that was sent. */
export interface Token {
  /** Why it must not be accepted. Empty: nothing is wrong with it. */
  faults: string[];
  /** Why it may be refused although nothing is wrong with it. */
  doubts: string[];
  /** Its claims. */
  payload: Jws['payload'];
  /** The id under which it is used once. */
  id: string;
  organisation: Organisation | undefined;
  system: System | undefined;
  /** The key that signed it. */
  key: SystemKey | undefined;
  /** The user whom it names. */
  user: User | undefined;
}

/** Judges a token as of the request that brought it. */
export function judgeToken(ledger: Ledger, { kind, client, handOver = '', returnTo }: BeginBody, given: Given): Token {
  const jws = readJws(handOver);
  const { iss, aud, sub, organisation: named, nonce, jti } = jws.payload;
  const organisation = ledger.users.find((each) => each.organisation.id === named)?.organisation;
  const system = organisation?.systems.find(({ issuer }) => issuer === iss);
  const key = system && signerOf(handOver, jws, system);
  const user = organisation && userOf(ledger, organisation, sub);
  const id = `hand-over ${organisation?.id} ${iss} ${jti}`;
  const cookie = given.cookies['hand-over'];
  const used = ledger.phones.used.has(id);
  const checks: [boolean, string][] = [
    [kind !== 'login', 'a hand-over began another flow than a login'],
    [client !== undefined, 'a client handed a user over'],
    [isOther(given.origin), 'a user was handed over on another origin'],
    [system === undefined, 'a system handed a user over that the organisation does not trust'],
    [jws.header.typ !== 'hand-over+jwt', 'another JWT was accepted as a hand-over'],
    [system !== undefined && key === undefined, 'a token was accepted that no key of the system has signed'],
    [aud !== AUDIENCE, 'a token for another server was accepted'],
    [cookie === undefined || nonce !== ledger.nonces.get(cookie), 'a token for another browser was accepted'],
    [typeof jti !== 'string' || jti.length < 16, 'a token without an id was accepted'],
    ...timesOf(jws.payload, given),
    [used, 'a token was accepted twice'],
    [organisation !== undefined && user === undefined, 'an unknown user was handed over'],
    [isBlocked(user) && !given.disturbed, 'a user was handed over whom the portal does not have'],
    [user?.state === 'disabled' && !given.disturbed, 'a disabled user was handed over'],
  ];
  const faults = checks.flatMap(([isWrong, message]) => (isWrong ? [`${message} (K11)`] : []));
  const doubts = [
    ...(given.disturbed ? ['another request ran at the same time'] : []),
    ...(isFresh(jws.payload, given) ? [] : ['its times are within the tolerance']),
    ...(ledger.spentTokens.has(id) ? ['an earlier request may have used it'] : []),
    ...(returnTo !== undefined && organisation && !mayReturn(organisation, returnTo)
      ? ['its login may not return']
      : []),
    ...(key?.isUncertain ? ['its key may not be published yet, or no longer'] : []),
  ];
  return { faults, doubts, payload: jws.payload, id, organisation, system, key, user };
}

/** The key of a system that has signed a token. With several keys, `kid` names it (RFC 7515 §4.1.4). */
function signerOf(token: string, { header }: Jws, { keys, published }: System): SystemKey | undefined {
  const known = published ? published.keys() : keys;
  const isNamed = ({ kid }: SystemKey): boolean => (kid === undefined ? known.length === 1 : header.kid === kid);
  return known.find((each) => isNamed(each) && isSignedBy(token, each.key));
}

/** Whether the portal has blocked or removed a user of its table. */
export const isBlocked = (user: User | undefined): boolean =>
  user?.portal !== undefined && (!user.portal.isActive || user.portal.isGone);

/** The user with an external id. An account that was deleted is not found. */
const userOf = ({ users }: Ledger, organisation: Organisation, external: unknown): User | undefined =>
  users.find((each) => each.organisation === organisation && each.state !== 'gone' && each.external === external);

function timesOf({ iat, exp }: Jws['payload'], { sent, now }: Given): [boolean, string][] {
  const [from, until] = [Number(iat), Number(exp)];
  return [
    [until - from > MAX_AGE, 'a token that is valid for too long was accepted'],
    [sent / 1000 > from + MAX_AGE + 1, 'an old token was accepted'],
    [sent / 1000 > until + TOLERANCE, 'an expired token was accepted'],
    [from > now / 1000 + TOLERANCE, 'a token of the future was accepted'],
  ];
}

/** Whether a token is valid without any tolerance. */
function isFresh({ iat, exp }: Jws['payload'], { sent, now }: Given): boolean {
  return Number(iat) <= sent / 1000 && now / 1000 < Number(exp) && now / 1000 <= Number(iat) + MAX_AGE;
}
