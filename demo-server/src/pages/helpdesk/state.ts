import type { Found } from './ask.ts';
import { el } from './dom.ts';
import { formatTime, say, type Word } from './words.ts';

/** The state of an account as a list of terms and values. It contains no secrets. */
export function stateOf(found: Found): HTMLElement {
  const { locks, factors, recoveryCodesLeft, helpDeskCode, passwordStarted, sessions, devices } = found;
  const lines: (Node | undefined)[] = [
    line(
      'account',
      found.state === 'active' ? 'active' : 'disabled',
      say('since', { time: formatTime(found.createdAt) }),
    ),
    line(
      'password',
      found.hasPassword ? 'passwordSet' : 'passwordNone',
      found.hasPassword ? lock(locks.password) : invitation(found),
    ),
    fact(say('methods'), factors.length === 0 ? say('noMethods') : methods(found), lock(locks.codes)),
    passwordStarted && fact(say('started'), say('startedValid', { until: formatTime(passwordStarted.expiresAt) })),
    fact(say('codes'), say('codesLeft', { count: recoveryCodesLeft }), lock(locks.recoveryCodes)),
    ...capsOf(locks).map((cap) => fact(say('cap'), say(cap))),
    helpDeskCode && fact(say('helpDeskCode'), say('helpDeskCodeValid', { until: formatTime(helpDeskCode.expiresAt) })),
    fact(say('loggedIn'), say('sessions', { count: sessions, devices })),
  ];
  return el('dl', { class: 'state' }, ...lines);
}

/** The state of an account in one or two words, shown next to the name. */
export function badgeOf({ state, hasPassword, locks }: Found): HTMLElement {
  const isLocked = Object.values(locks).some(({ lockedUntil, capped }) => lockedUntil !== undefined || capped);
  const word: Word = state === 'disabled' ? 'disabled' : !hasPassword ? 'notActivated' : isLocked ? 'locked' : 'active';
  return el('span', { class: `badge badge-${word}` }, say(word));
}

/** The hard caps that were reached. The help desk can't lift them by unlocking, so each text says what helps. */
function capsOf({ password, codes, recoveryCodes }: Found['locks']): Word[] {
  const caps: (Word | undefined)[] = [
    password.capped && 'password-cap',
    codes.capped && 'code-cap',
    recoveryCodes.capped && 'recovery-cap',
  ];
  return caps.filter((cap) => cap !== undefined);
}

const line = (name: Word, value: Word, more: string): Node => fact(say(name), say(value), more);

function fact(name: string, value: Node | string, more = ''): Node {
  return el('div', {}, el('dt', {}, name), el('dd', {}, value, more !== '' && el('span', { class: 'small' }, more)));
}

function lock({ hard, lockedUntil }: Found['locks']['password']): string {
  const wrong = hard > 0 ? say('attempts', { count: hard }) : '';
  return lockedUntil === undefined ? wrong : `${say('lockedUntil', { until: formatTime(lockedUntil) })} ${wrong}`;
}

function invitation({ invitation: sent }: Found): string {
  if (!sent) return say('neverInvited');
  return say(sent.expired ? 'invitationExpired' : 'invited', {
    time: formatTime(sent.sentAt),
    until: formatTime(sent.expiresAt),
  });
}

const methodWords: Partial<Record<Found['factors'][number]['method'], Word>> = {
  totp: 'app',
  passkey: 'passkey',
  push: 'linkedPhone',
};

/** The user's factors, each with its kind. A phone number has no name of its own. */
function methods({ factors }: Found): Node {
  const items = factors.map(({ method, name, state, lastUsedAt }) => {
    const used = lastUsedAt === undefined ? say('neverUsed') : say('lastUsed', { time: formatTime(lastUsedAt) });
    const kind = methodWords[method];
    const about = [kind ? say(kind) : '', say(`state_${state}`), used].filter((words) => words !== '').join(', ');
    return el('li', {}, method === 'sms' ? say('number') : name, el('span', { class: 'small' }, about));
  });
  return el('ul', {}, ...items);
}
