import type { System } from '../ledger/systems.ts';
import { issuerOf, namedKey, publicKeyOf, publishingSystem, type SystemName, systemKeys } from '../settle/systems.ts';
import { type At, come, type Forged, trust } from './hand-over-tokens.ts';
import { pick } from './moves.ts';

/* Systems that hand users over and exchange their keys, in the policy or at an address, and tokens with other keys (K11). */

/** Replaces systems of the organisation during some work. */
async function during(at: At, changed: readonly System[], work: () => Promise<unknown>): Promise<void> {
  const { systems } = at.user.organisation;
  // An organisation without systems stays so.
  if (systems.length === 0) return;
  const others = systems.filter(({ issuer }) => changed.every((each) => each.issuer !== issuer));
  await trust(at, [...others, ...changed]);
  await work();
  await trust(at, systems);
}

const rotating = (...keys: System['keys']): System => ({ issuer: issuerOf('rotating'), keys, proves: 'password' });

/** Tokens that no key of their system has signed, or whose header names another key. */
const wrongKeys: readonly Forged[] = [
  { system: 'rotating', key: 'rotating', kid: systemKeys.rotated.kid },
  { system: 'rotating', key: 'rotated', kid: systemKeys.rotating.kid },
  { system: 'rotating', key: 'untrusted' },
  { system: 'rotating', key: 'untrusted', kid: systemKeys.rotating.kid },
  { system: 'rotating', key: 'tracking', kid: systemKeys.rotated.kid },
  { system: 'rotating', kid: 'unknown' },
  { system: 'rotating', kid: undefined },
  { system: 'publishing', key: 'untrusted' },
  { system: 'publishing', key: 'untrusted', kid: systemKeys.publishing.kid },
  { system: 'publishing', key: 'strong', kid: systemKeys.publishing.kid },
  { system: 'publishing', kid: 'unknown' },
  { system: 'tracking', key: 'publishing' },
];

/** Hands the user over by each of these keys of a system. */
async function comeBy(at: At, system: SystemName, ...keys: SystemName[]): Promise<void> {
  for (const key of keys) await come(at, { system, key });
}

/** What happens with the keys of systems. */
export const keyExchanges: Readonly<Record<string, (at: At) => Promise<unknown>>> = {
  twoKeys: async (at) => await comeBy(at, 'rotating', 'rotating', 'rotated'),
  wrongKeys: async (at) => {
    for (const add of [0, 5, 9]) await come(at, pick(wrongKeys, at.walk.next() + add));
  },
  published: async (at) => await comeBy(at, 'publishing', 'publishing'),
  /** The old key is removed while a login runs that it has signed (R92). */
  exchanged: async (at) => {
    await come(at, { system: 'rotating' });
    await during(at, [rotating(namedKey('rotated'))], async () => {
      await at.walk.finish(at.browser, 19);
      await comeBy(at, 'rotating', 'rotating', 'rotated');
    });
  },
  /** The name of the old key is given to the new one. */
  renamed: async (at) => {
    await come(at, { system: 'rotating' });
    const key = publicKeyOf('rotated', systemKeys.rotating.kid);
    await during(at, [rotating(key, publicKeyOf('untrusted', 'spare'))], async () => {
      await at.walk.finish(at.browser, 19);
      await come(at, { system: 'rotating' });
      await come(at, { system: 'rotating', key: 'rotated', kid: systemKeys.rotating.kid });
    });
  },
  /** Another system has the same key. It signs for the one that its tokens name. */
  sharedKey: async (at) => {
    await during(at, [rotating(publicKeyOf('tracking'))], async () => {
      await come(at);
      await come(at, { system: 'rotating', key: 'tracking' });
      await come(at, { system: 'rotating' });
    });
  },
  rekeyed: async (at) => {
    await come(at);
    const { systems } = at.user.organisation;
    const others = systems.filter(({ published }) => published === undefined);
    await during(
      at,
      others.map((each) => ({ ...each, keys: [publicKeyOf('untrusted')] })),
      async () => {
        await at.walk.finish(at.browser, 19);
        await come(at);
      },
    );
  },
  /** The system exchanges its key at its address before the server has read it, and again after that. */
  republished: async (at) => {
    const system = publishingSystem('publishing');
    const { published } = system;
    await during(at, [system], async () => {
      published.publish([namedKey('republished')]);
      await comeBy(at, 'publishing', 'publishing', 'republished');
      published.publish([namedKey('publishing'), namedKey('republished')]);
      await comeBy(at, 'publishing', 'publishing', 'republished');
      await at.walk.finish(at.browser, 19);
    });
  },
  /** The address answers with an error, and later with keys. */
  broken: async (at) => {
    const system = publishingSystem('publishing', 'republished');
    await during(at, [system], async () => {
      system.published.isBroken = true;
      await come(at, { system: 'publishing' });
      system.published.isBroken = false;
      await comeBy(at, 'publishing', 'publishing', 'republished');
      system.published.isBroken = true;
      await come(at, { system: 'publishing' });
    });
  },
  /** The address of the keys changes while a login runs, or a key takes its place (R92). */
  moved: async (at) => {
    await come(at, { system: 'publishing' });
    const moved = publishingSystem('publishing');
    const key = { ...moved, published: undefined, keys: [publicKeyOf('publishing')] };
    await during(at, [at.walk.next() % 2 === 0 ? moved : key], async () => {
      await at.walk.finish(at.browser, 19);
      await come(at, { system: 'publishing' });
    });
  },
};
