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
  | 'letter'
  | 'endSessions'
  | 'disable'
  | 'enable';

/** Something that the help desk can do for a person. */
export interface Action {
  verb: Verb;
  name: Words;
  /** What happens, before it is done. */
  about: Words;
  done: Words;
  /** Whether it helps in this state; what does not help is not offered. */
  helps(found: Found): boolean;
  /** Not for everybody. */
  roles?: readonly Actor['role'][];
}

const hasApp = ({ factors }: Found): boolean => factors.some(({ state }) => state === 'active');
const hasSome = ({ factors }: Found): boolean =>
  factors.some(({ state }) => state === 'active' || state === 'disabled');
const isOpen = ({ state }: Found): boolean => state === 'active';
const desk: readonly Actor['role'][] = ['administrator', 'helpdesk'];

export const actions: readonly Action[] = [
  {
    verb: 'unlock',
    name: { nl: 'Haal het slot eraf', en: 'Unlock' },
    about: {
      nl: 'De persoon kan het meteen weer proberen, en krijgt daar mail over.',
      en: 'The person can try again at once, and gets a mail about it.',
    },
    done: { nl: 'Het slot is eraf.', en: 'The lock is off.' },
    helps: ({ locks }) => Object.values(locks).some(({ soft }) => soft > 0),
  },
  {
    verb: 'resetPassword',
    name: { nl: 'Start een nieuw wachtwoord', en: 'Start a new password' },
    about: {
      nl: 'Voor wie geen mail krijgt. Met een code of een brief van jou, en daarna de eigen app of een herstelcode, kiest de persoon een nieuw wachtwoord. Zeven dagen lang mag alleen een collega voor dit account een code geven of de tweede stap opnieuw beginnen.',
      en: 'For a user who gets no mail. With a code or a letter from you, and then the user’s own app or a recovery code, the user chooses a new password. For seven days only a colleague may give a code or reset the second step of this account.',
    },
    done: { nl: 'Het nieuwe wachtwoord is gestart.', en: 'The new password was started.' },
    helps: (found) => isOpen(found) && found.hasPassword && (hasApp(found) || found.recoveryCodesLeft > 0),
    roles: desk,
  },
  {
    verb: 'issueCode',
    name: { nl: 'Geef een eenmalige code', en: 'Give a one-time code' },
    about: {
      nl: 'Voor wie geen telefoon en geen herstelcodes meer heeft. Met het wachtwoord en deze code stelt de persoon een nieuwe app in. De oude app en herstelcodes vervallen dan.',
      en: 'For who has no phone and no recovery codes left. With the password and this code the person sets up a new app. The old app and recovery codes end then.',
    },
    done: { nl: 'De code is gemaakt.', en: 'The code was made.' },
    helps: (found) => isOpen(found) && found.hasPassword && hasApp(found),
  },
  {
    verb: 'resetFactors',
    name: { nl: 'Begin de tweede stap opnieuw', en: 'Reset the second step' },
    about: {
      nl: 'Alle apps en herstelcodes vervallen nu, en de persoon wordt overal afgemeld. Bij de volgende keer aanmelden volgt een nieuwe app. Tot dan is het wachtwoord alleen genoeg om er een in te stellen.',
      en: 'All apps and recovery codes end now, and the person is signed out everywhere. The next login leads to a new app. Until then the password alone is enough to set one up.',
    },
    done: { nl: 'De tweede stap begint opnieuw.', en: 'The second step was reset.' },
    helps: hasSome,
  },
  {
    verb: 'invite',
    name: { nl: 'Nodig uit per mail', en: 'Invite by mail' },
    about: {
      nl: 'De persoon krijgt een link om een wachtwoord te kiezen. Hij werkt één keer, 24 uur. Een oudere link vervalt.',
      en: 'The person gets a link to choose a password with. It works once, for 24 hours. An older link is void.',
    },
    done: { nl: 'De uitnodiging is onderweg.', en: 'The invitation is on its way.' },
    helps: (found) => isOpen(found) && !found.hasPassword && (found.email ?? found.username).includes('@'),
  },
  {
    verb: 'letter',
    name: { nl: 'Druk een brief af', en: 'Print a letter' },
    about: {
      nl: 'Voor wie geen mail heeft: een brief met de link als QR-code. Hij werkt één keer, 24 uur. Een oudere link vervalt.',
      en: 'For who has no mail: a letter with the link as a QR code. It works once, for 24 hours. An older link is void.',
    },
    done: { nl: 'De brief is klaar.', en: 'The letter is ready.' },
    helps: (found) => isOpen(found) && !found.hasPassword,
  },
  {
    verb: 'endSessions',
    name: { nl: 'Meld overal af', en: 'Sign out everywhere' },
    about: {
      nl: 'Alle sessies van deze persoon eindigen meteen. Onthouden apparaten blijven onthouden.',
      en: 'All sessions of this person end at once. Remembered devices stay remembered.',
    },
    done: { nl: 'De persoon is overal afgemeld.', en: 'The person is signed out everywhere.' },
    helps: ({ sessions }) => sessions > 0,
  },
  {
    verb: 'disable',
    name: { nl: 'Sluit het account', en: 'Close the account' },
    about: {
      nl: 'De persoon kan zich niet meer aanmelden en wordt overal afgemeld. Links en codes vervallen. Het account kan later weer open.',
      en: 'The person can’t log in any more and is signed out everywhere. Links and codes are void. The account can be opened again.',
    },
    done: { nl: 'Het account is gesloten.', en: 'The account is closed.' },
    helps: isOpen,
    roles: desk,
  },
  {
    verb: 'enable',
    name: { nl: 'Open het account weer', en: 'Open the account again' },
    about: {
      nl: 'De persoon kan zich weer aanmelden, met het wachtwoord en de app van voorheen.',
      en: 'The person can log in again, with the password and the app of before.',
    },
    done: { nl: 'Het account is weer open.', en: 'The account is open again.' },
    helps: (found) => !isOpen(found),
    roles: desk,
  },
];
