import type { Language } from '@tweestap/protocol/constants';
import type { Actor } from '@tweestap/server';
import type { Found } from './ask.ts';

type Words = Readonly<Record<Language, string>>;
type Verb =
  | 'unlock'
  | 'issueCode'
  | 'resetPassword'
  | 'resetFactors'
  | 'invite'
  | 'pushLink'
  | 'letter'
  | 'endSessions'
  | 'disable'
  | 'enable';

/** An action that the help desk can perform on an account. */
export interface Action {
  verb: Verb;
  name: Words;
  /** The effect, shown before the action is confirmed. */
  about: Words;
  done: Words;
  /** Whether the action is useful in the state of the account. Other actions are not shown. */
  helps(found: Found): boolean;
  /** The roles that may perform the action. Every role may when it is absent. */
  roles?: readonly Actor['role'][];
}

const hasFactor = ({ factors }: Found): boolean => factors.some(({ state }) => state === 'active');
/** A passkey has no code that could confirm a new phone. */
const hasCodes = ({ factors }: Found): boolean =>
  factors.some(({ state, method }) => state === 'active' && method !== 'passkey');
const hasAnyFactor = ({ factors }: Found): boolean =>
  factors.some(({ state }) => state === 'active' || state === 'disabled');
const isActive = ({ state }: Found): boolean => state === 'active';
const helpDeskRoles: readonly Actor['role'][] = ['administrator', 'helpdesk'];

export const actions: readonly Action[] = [
  {
    verb: 'unlock',
    name: { nl: 'Account ontgrendelen', en: 'Unlock the account' },
    about: {
      nl: 'De gebruiker kan meteen weer inloggen en krijgt hierover een e-mail.',
      en: 'The user can try again immediately and gets an email about this.',
    },
    done: { nl: 'Het account is ontgrendeld.', en: 'The account is unlocked.' },
    helps: ({ locks }) => Object.values(locks).some(({ soft }) => soft > 0),
  },
  {
    verb: 'resetPassword',
    name: { nl: 'Wachtwoord resetten', en: 'Reset the password' },
    about: {
      nl: 'Voor een gebruiker die geen e-mail kan ontvangen. De gebruiker kiest een nieuw wachtwoord met een code of een brief van jou, en daarna een eigen inlogmethode of een herstelcode. De eerstvolgende zeven dagen kan alleen een collega voor dit account een code maken of de tweede stap resetten.',
      en: 'For a user who can’t receive email. The user chooses a new password with a code or a letter from you, and then one of their login methods or a recovery code. For the next seven days, only a colleague can issue a code or reset the second step for this account.',
    },
    done: { nl: 'De wachtwoordreset is gestart.', en: 'The password reset has started.' },
    helps: (found) => isActive(found) && found.hasPassword && (hasFactor(found) || found.recoveryCodesLeft > 0),
    roles: helpDeskRoles,
  },
  {
    verb: 'issueCode',
    name: { nl: 'Eenmalige code maken', en: 'Issue a one-time code' },
    about: {
      nl: 'Voor een gebruiker zonder telefoon en zonder herstelcodes. De gebruiker stelt met het wachtwoord en deze code een nieuwe inlogmethode in. De oude inlogmethoden en herstelcodes werken daarna niet meer.',
      en: 'For a user who has no phone and no recovery codes. The user sets up a new login method with the password and this code. The old login methods and recovery codes then stop working.',
    },
    done: { nl: 'De code is gemaakt.', en: 'The code has been issued.' },
    helps: (found) => isActive(found) && found.hasPassword && hasFactor(found),
  },
  {
    verb: 'resetFactors',
    name: { nl: 'Tweede stap resetten', en: 'Reset the second step' },
    about: {
      nl: 'Alle inlogmethoden en herstelcodes werken meteen niet meer, en de gebruiker wordt overal uitgelogd. Bij de volgende keer inloggen stelt de gebruiker een nieuwe inlogmethode in. Tot die tijd is alleen het wachtwoord nodig.',
      en: 'All login methods and recovery codes stop working immediately, and the user is logged out everywhere. At the next login, the user sets up a new login method. Until then, the password alone is enough.',
    },
    done: { nl: 'De tweede stap is gereset.', en: 'The second step has been reset.' },
    helps: hasAnyFactor,
  },
  {
    verb: 'invite',
    name: { nl: 'Uitnodigen per e-mail', en: 'Invite by email' },
    about: {
      nl: 'De gebruiker krijgt een link om een wachtwoord te kiezen. De link werkt één keer en is 24 uur geldig. Oudere links werken niet meer.',
      en: 'The user gets a link to choose a password. The link works once and is valid for 24 hours. Older links stop working.',
    },
    done: { nl: 'De uitnodiging is verstuurd.', en: 'The invitation has been sent.' },
    helps: (found) => isActive(found) && !found.hasPassword && (found.email ?? found.username).includes('@'),
  },
  {
    verb: 'pushLink',
    name: { nl: 'Telefoon laten koppelen', en: 'Have a phone linked' },
    about: {
      nl: 'De gebruiker krijgt een e-mail met een QR-code om een telefoon te koppelen, en bevestigt met een code die de gebruiker krijgt of in de huidige app ziet. De QR-code werkt één keer en is 24 uur geldig.',
      en: 'The user gets an email with a QR code to link a phone, and confirms with a code that is sent or that the present app shows. The QR code works once and is valid for 24 hours.',
    },
    done: { nl: 'De QR-code is verstuurd.', en: 'The QR code has been sent.' },
    helps: (found) => isActive(found) && hasCodes(found) && (found.email ?? found.username).includes('@'),
  },
  {
    verb: 'letter',
    name: { nl: 'Brief afdrukken', en: 'Print a letter' },
    about: {
      nl: 'Voor een gebruiker zonder e-mailadres: een brief met de link als QR-code. De link werkt één keer en is 24 uur geldig. Oudere links werken niet meer.',
      en: 'For a user without an email address: a letter with the link as a QR code. The link works once and is valid for 24 hours. Older links stop working.',
    },
    done: { nl: 'De brief is klaar.', en: 'The letter is ready.' },
    helps: (found) => isActive(found) && !found.hasPassword,
  },
  {
    verb: 'endSessions',
    name: { nl: 'Overal uitloggen', en: 'Log out everywhere' },
    about: {
      nl: 'De gebruiker wordt meteen overal uitgelogd. Onthouden apparaten blijven onthouden.',
      en: 'All sessions of this user end immediately. Remembered devices stay remembered.',
    },
    done: { nl: 'De gebruiker is overal uitgelogd.', en: 'The user has been logged out everywhere.' },
    helps: ({ sessions }) => sessions > 0,
  },
  {
    verb: 'disable',
    name: { nl: 'Account uitschakelen', en: 'Disable the account' },
    about: {
      nl: 'De gebruiker kan niet meer inloggen en wordt overal uitgelogd. Links en codes werken niet meer. Je kunt het account later weer inschakelen.',
      en: 'The user can no longer log in and is logged out everywhere. Links and codes stop working. You can enable the account again later.',
    },
    done: { nl: 'Het account is uitgeschakeld.', en: 'The account has been disabled.' },
    helps: isActive,
    roles: helpDeskRoles,
  },
  {
    verb: 'enable',
    name: { nl: 'Account inschakelen', en: 'Enable the account' },
    about: {
      nl: 'De gebruiker kan weer inloggen met hetzelfde wachtwoord en dezelfde inlogmethoden.',
      en: 'The user can log in again with the same password and the same login methods.',
    },
    done: { nl: 'Het account is ingeschakeld.', en: 'The account has been enabled.' },
    helps: (found) => !isActive(found),
    roles: helpDeskRoles,
  },
];
