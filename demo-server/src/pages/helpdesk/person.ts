import type { Found } from './ask.ts';
import { el } from './dom.ts';
import { moment, say, type Word } from './words.ts';

/** The state of a person in words: how it stands with getting in, and never a secret. */
export function stateOf(found: Found): HTMLElement {
  const { locks, factors, recoveryCodesLeft, helpDeskCode, passwordStarted, sessions, devices } = found;
  const lines: (Node | undefined)[] = [
    line('account', found.state === 'active' ? 'active' : 'disabled', say('since', { time: moment(found.createdAt) })),
    line(
      'password',
      found.hasPassword ? 'passwordSet' : 'passwordNone',
      found.hasPassword ? lock(locks.password) : invitation(found),
    ),
    fact(say('apps'), factors.length === 0 ? say('noApps') : apps(found), lock(locks.codes)),
    passwordStarted && fact(say('started'), say('startedOut', { until: moment(passwordStarted.expiresAt) })),
    fact(say('codes'), say('codesLeft', { count: recoveryCodesLeft }), lock(locks.recoveryCodes)),
    ...capsOf(locks).map((cap) => fact(say('cap'), say(cap))),
    helpDeskCode && fact(say('deskCode'), say('deskCodeOut', { until: moment(helpDeskCode.expiresAt) })),
    fact(say('signedIn'), say('sessions', { count: sessions, devices })),
  ];
  return el('dl', { class: 'state' }, ...lines);
}

/** In one word, beside the name. */
export function badgeOf({ state, hasPassword, locks }: Found): HTMLElement {
  const isLocked = Object.values(locks).some(({ lockedUntil, capped }) => lockedUntil !== undefined || capped);
  const word: Word = state === 'disabled' ? 'disabled' : !hasPassword ? 'notBegun' : isLocked ? 'locked' : 'active';
  return el('span', { class: `badge badge-${word}` }, say(word));
}

/** The hard caps that no unlocking lifts, in the words that say what helps. */
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
  return lockedUntil === undefined ? wrong : `${say('lockedUntil', { until: moment(lockedUntil) })} ${wrong}`;
}

function invitation({ invitation: made }: Found): string {
  if (!made) return say('neverInvited');
  return say(made.expired ? 'invitedOver' : 'invited', { time: moment(made.sentAt), until: moment(made.expiresAt) });
}

function apps({ factors }: Found): Node {
  const items = factors.map(({ name, state, lastUsedAt }) => {
    const used = lastUsedAt === undefined ? say('neverUsed') : say('lastUsed', { time: moment(lastUsedAt) });
    const about = [say(`state_${state}`), used].filter((words) => words !== '').join(', ');
    return el('li', {}, name, el('span', { class: 'small' }, about));
  });
  return el('ul', {}, ...items);
}
