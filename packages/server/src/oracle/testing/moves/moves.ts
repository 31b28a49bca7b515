import fc from 'fast-check';
import type { Place, When } from '../instances/gate.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The browser that makes a move, and the user of the move. */
interface By {
  browser: number;
  who: number;
}

/** A single request, which can be held or killed while it runs. */
export type Request =
  | ({ do: 'begin'; kind: number } & By)
  | ({ do: 'password' } & By)
  | ({ do: 'answer'; good: number } & By)
  | ({ do: 'raw'; step: number; action: number } & By)
  | ({ do: 'route'; route: number } & By)
  | ({ do: 'verb'; verb: number } & By)
  | ({ do: 'arrive'; strong: boolean } & By)
  | ({ do: 'enter'; completed: boolean } & By)
  | ({ do: 'policy'; change: number } & By)
  | { do: 'wait'; ms: number };

/** The states to which a flow is brought before a request is held or killed: each needs one more proof for a change. */
export const readies = [
  'nowhere',
  'totp',
  'passkey',
  'recovery',
  'desk',
  'enroll',
  'codes',
  'change',
  'disable',
  'step-up',
  'link',
  'push',
  'phone',
  'client',
  'hand-over',
  'portal',
  'second-step',
] as const;
/** One of these states. */
export type Ready = (typeof readies)[number];

/** One move of a walk, as data. Its effect depends on the state of the walk. */
export type Move =
  | Request
  | ({ do: 'finish'; good: number } & By)
  | ({ do: 'login'; remember: boolean } & By)
  | ({ do: 'passkey'; good: number } & By)
  | ({ do: 'own'; kind: number; good: number } & By)
  | ({
      do: 'mail';
      for: 'recover' | 'register' | 'invite' | 'unlock' | 'letter' | 'reset-letter' | 'reset-code';
      good: number;
    } & By)
  | ({ do: 'desk'; good: number } & By)
  | ({ do: 'copies'; count: number } & By)
  | ({ do: 'guess'; count: number } & By)
  | ({ do: 'twice' } & By)
  | ({ do: 'approve'; how: number; own: boolean } & By)
  | ({ do: 'link'; by: 'login' | 'enroll' | 'desk' | 'invite'; how: number } & By)
  | ({ do: 'unlock'; times: number } & By)
  | ({ do: 'client'; how: number } & By)
  | ({ do: 'hand-over'; how: number } & By)
  | ({ do: 'assertion'; how: number } & By)
  | ({ do: 'second-step'; how: number } & By)
  | ({ do: 'table'; how: number } & By)
  | ({ do: 'method'; step: 'sms' | 'email' | 'passkey' | 'enroll-sms' | 'enroll-passkey' } & By)
  | ({ do: 'steal'; what: 'device' | 'session' | 'flow' | 'old-device'; from: number } & By)
  | ({ do: 'expire'; what: 'flow' | 'session' | 'link' | 'device' | 'desk'; sweep: boolean } & By)
  | ({ do: 'thief'; revoke: number; place: Place } & By)
  | { do: 'clock'; ms: number }
  | { do: 'sweep' | 'restart' }
  | ({ do: 'between'; ready: Ready; place: Place; nth: number; outer: Request; inner: Request } & By)
  | ({ do: 'kill'; ready: Ready; nth: number; when: When; move: Request } & By);

/** The moves of one type. */
export type Of<D extends Move['do']> = Extract<Move, { do: D }>;

/** An element of a list, chosen by any number. */
export const pick = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

const by = { browser: fc.nat(3), who: fc.nat(15) };
const good = fc.nat(19);
/** One use in three is the right one, which is the first of its list. */
const hows = fc.oneof(fc.constant(0), fc.nat(999), fc.nat(999));
const one = <const T extends string>(...words: T[]) => fc.constantFrom(...words);
const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const waits = fc.constantFrom(1000, 30_000, 30_000, 61_000, 5 * MINUTE, 16 * MINUTE, 2 * HOUR, 13 * HOUR, 25 * HOUR);

const answer = fc.record({ do: one('answer'), good, ...by });
const route = fc.record({ do: one('route'), route: fc.nat(999), ...by });
const verb = fc.record({ do: one('verb'), verb: fc.nat(999), ...by });
const begin = fc.record({ do: one('begin'), kind: fc.nat(999), ...by });
const password = fc.record({ do: one('password'), ...by });
const policy = fc.record({ do: one('policy'), change: fc.nat(21), ...by });
const arrive = fc.record({ do: one('arrive'), strong: fc.boolean(), ...by });
const enter = fc.record({ do: one('enter'), completed: fc.boolean(), ...by });
const wait = fc.record({ do: one('wait'), ms: waits });
const raw = fc.record({ do: one('raw'), step: fc.nat(999), action: fc.nat(999), ...by });
/** Mostly a new flow of the user; `nowhere` uses the present state of the browser. Some are reached less often than others. */
const ready = fc.constantFrom<Ready>(
  ...readies,
  ...readies.slice(1),
  'nowhere',
  'nowhere',
  'totp',
  'totp',
  'codes',
  'change',
  'enroll',
  'step-up',
  'push',
  'phone',
);
const held: fc.Arbitrary<Request> = fc.oneof(
  weighted(3, answer),
  weighted(3, password),
  weighted(1, route),
  weighted(1, verb),
  weighted(1, arrive),
  weighted(1, enter),
);
const between: fc.Arbitrary<Request> = fc.oneof(
  weighted(3, answer),
  weighted(3, route),
  weighted(3, verb),
  weighted(2, password),
  weighted(1, arrive),
  weighted(1, enter),
  weighted(1, policy),
  weighted(1, wait),
  weighted(1, begin),
);

const move: fc.Arbitrary<Move> = fc.oneof(
  weighted(9, answer),
  weighted(7, fc.record({ do: one('finish'), good, ...by })),
  weighted(9, fc.record({ do: one('login'), remember: fc.boolean(), ...by })),
  weighted(7, fc.record({ do: one('passkey'), good, ...by })),
  weighted(4, fc.record({ do: one('own'), kind: fc.nat(999), good, ...by })),
  weighted(
    6,
    fc.record({
      do: one('mail'),
      for: one('recover', 'register', 'register', 'invite', 'unlock', 'unlock', 'letter', 'reset-letter', 'reset-code'),
      good,
      ...by,
    }),
  ),
  weighted(2, fc.record({ do: one('desk'), good, ...by })),
  weighted(2, fc.record({ do: one('copies'), count: fc.constantFrom(2, 12, 20), ...by })),
  weighted(2, fc.record({ do: one('guess'), count: fc.constantFrom(1, 4, 11), ...by })),
  weighted(2, fc.record({ do: one('twice'), ...by })),
  weighted(9, fc.record({ do: one('approve'), how: fc.nat(999), own: fc.nat(5).map((n) => n === 0), ...by })),
  weighted(
    11,
    fc.record({ do: one('link'), by: one('login', 'enroll', 'desk', 'desk', 'invite', 'invite'), how: hows, ...by }),
  ),
  weighted(2, fc.record({ do: one('unlock'), times: fc.constantFrom(1, 1, 1, 4), ...by })),
  weighted(8, fc.record({ do: one('client'), how: fc.nat(999), ...by })),
  weighted(5, fc.record({ do: one('hand-over'), how: fc.nat(999), ...by })),
  weighted(5, fc.record({ do: one('assertion'), how: fc.nat(999), ...by })),
  weighted(5, fc.record({ do: one('second-step'), how: fc.nat(999), ...by })),
  weighted(
    6,
    fc.record({ do: one('method'), step: one('sms', 'email', 'passkey', 'enroll-sms', 'enroll-passkey'), ...by }),
  ),
  weighted(
    3,
    fc.record({ do: one('steal'), what: one('device', 'session', 'flow', 'old-device'), from: fc.nat(3), ...by }),
  ),
  weighted(
    6,
    fc.record({
      do: one('expire'),
      what: one('flow', 'session', 'link', 'device', 'device', 'desk'),
      sweep: fc.boolean(),
      ...by,
    }),
  ),
  weighted(3, fc.record({ do: one('thief'), revoke: fc.nat(999), place: one('hash', 'write'), ...by })),
  weighted(
    18,
    fc.record({
      do: one('between'),
      ready,
      place: one('hash', 'write'),
      nth: fc.integer({ min: 1, max: 3 }),
      outer: held,
      inner: between,
      ...by,
    }),
  ),
  weighted(
    13,
    fc.record({
      do: one('kill'),
      ready,
      nth: fc.integer({ min: 1, max: 3 }),
      when: one('before', 'after'),
      move: held,
      ...by,
    }),
  ),
  weighted(11, route),
  weighted(7, verb),
  weighted(5, begin),
  weighted(2, password),
  weighted(1, policy),
  weighted(3, raw),
  weighted(4, wait),
  weighted(
    2,
    fc.record({ do: one('clock'), ms: fc.constantFrom(-3000, -31_000, -10 * MINUTE, -13 * HOUR, 20 * MINUTE) }),
  ),
  weighted(1, fc.record({ do: one('sweep', 'restart') })),
);

/** Generates the moves of one walk. */
export const moves: fc.Arbitrary<Move[]> = fc.array(move, { minLength: 1, maxLength: 120, size: 'max' });

/** The moves of a walk whose users are in the table of a portal. */
const inTable: fc.Arbitrary<Move> = fc.oneof(
  weighted(12, fc.record({ do: one('table'), how: fc.nat(999), ...by })),
  weighted(4, fc.record({ do: one('login'), remember: fc.boolean(), ...by })),
  weighted(3, fc.record({ do: one('own'), kind: fc.nat(999), good, ...by })),
  weighted(2, fc.record({ do: one('hand-over'), how: fc.nat(999), ...by })),
  weighted(2, fc.record({ do: one('guess'), count: fc.constantFrom(1, 4), ...by })),
  weighted(2, fc.record({ do: one('finish'), good, ...by })),
  weighted(2, answer),
  weighted(
    3,
    fc.record({
      do: one('kill'),
      ready: fc.constant<Ready>('totp'),
      nth: fc.integer({ min: 1, max: 3 }),
      when: one('before', 'after'),
      move: fc.oneof(answer, password),
      ...by,
    }),
  ),
  weighted(1, wait),
  weighted(1, fc.record({ do: one('sweep', 'restart') })),
);

/** Generates the moves of one walk whose users are in the table of a portal. */
export const movesInTable: fc.Arbitrary<Move[]> = fc.array(inTable, { minLength: 1, maxLength: 60, size: 'max' });
