import type { Language } from '@tweestap/protocol/constants';

type Words = Readonly<Record<Language, string>>;

const texts = {
  needQuery: { nl: 'Typ een naam, gebruikersnaam of e-mailadres.', en: 'Type a name, a username or a mail address.' },
  needReason: { nl: 'Typ een reden: die komt in het logboek.', en: 'Type a reason: it goes into the log.' },
  nobody: { nl: 'Niemand gevonden.', en: 'Nobody found.' },
  nobodyText: {
    nl: 'Probeer een ander deel van de naam. Mensen van een andere organisatie vind je hier niet.',
    en: 'Try another part of the name. People of another organisation are not found here.',
  },
  several: { nl: 'Wie van hen?', en: 'Which of them?' },
  more: { nl: 'Er zijn er meer. Typ meer van de naam.', en: 'There are more. Type more of the name.' },
  active: { nl: 'Actief', en: 'Active' },
  disabled: { nl: 'Gesloten', en: 'Closed' },
  notBegun: { nl: 'Nog niet begonnen', en: 'Not begun yet' },
  locked: { nl: 'Op slot', en: 'Locked' },
  account: { nl: 'Account', en: 'Account' },
  since: { nl: 'sinds {time}', en: 'since {time}' },
  password: { nl: 'Wachtwoord', en: 'Password' },
  passwordSet: { nl: 'Gekozen', en: 'Chosen' },
  passwordNone: { nl: 'Nog geen', en: 'None yet' },
  invited: {
    nl: 'Uitgenodigd op {time}, de link werkt tot {until}.',
    en: 'Invited on {time}, the link works until {until}.',
  },
  invitedOver: { nl: 'Uitgenodigd op {time}; de link is verlopen.', en: 'Invited on {time}; the link has expired.' },
  neverInvited: { nl: 'Nog niet uitgenodigd.', en: 'Not invited yet.' },
  attempts: { nl: '{count} keer fout sinds het laatste succes', en: '{count} wrong since the last success' },
  lockedUntil: { nl: 'Op slot tot {until}.', en: 'Locked until {until}.' },
  apps: { nl: 'Authenticatie-apps', en: 'Authenticator apps' },
  noApps: { nl: 'Geen', en: 'None' },
  lastUsed: { nl: 'laatst gebruikt {time}', en: 'last used {time}' },
  neverUsed: { nl: 'nooit gebruikt', en: 'never used' },
  state_active: { nl: '', en: '' },
  state_disabled: { nl: 'uitgeschakeld na te veel foute codes', en: 'disabled after too many wrong codes' },
  state_replaced: { nl: 'vervangen', en: 'replaced' },
  state_lost: { nl: 'verloren', en: 'lost' },
  codes: { nl: 'Herstelcodes', en: 'Recovery codes' },
  codesLeft: { nl: 'Nog {count}', en: '{count} left' },
  deskCode: { nl: 'Code van de helpdesk', en: 'Code of the help desk' },
  deskCodeOut: { nl: 'Gegeven, werkt tot {until}.', en: 'Given, works until {until}.' },
  signedIn: { nl: 'Aangemeld', en: 'Signed in' },
  sessions: { nl: 'Sessies: {count}, bekende apparaten: {devices}', en: 'Sessions: {count}, known devices: {devices}' },
  what: { nl: 'Wat kun je doen?', en: 'What can you do?' },
  cancel: { nl: 'Niet doen', en: 'Don’t' },
  reason: { nl: 'Reden', en: 'Reason' },
  failed: { nl: 'Dat lukte niet: {why}', en: 'That did not work: {why}' },
  network: { nl: 'de server antwoordt niet. Probeer het opnieuw.', en: 'the server does not answer. Try again.' },
  notAllowed: {
    nl: 'dat mag je in deze rol niet. Vraag het een beheerder.',
    en: 'this role may not do that. Ask an administrator.',
  },
  hours: { nl: 'Hoe lang werkt de code?', en: 'How long does the code work?' },
  hour: { nl: '{count} uur', en: '{count} hours' },
  hourOne: { nl: '1 uur', en: '1 hour' },
  phone: { nl: 'Waar is de oude telefoon?', en: 'Where is the old phone?' },
  phoneLost: { nl: 'Kwijt of gestolen', en: 'Lost or stolen' },
  phoneKept: { nl: 'Bij de persoon zelf', en: 'With the person' },
  theCode: { nl: 'Lees deze code voor', en: 'Read this code out' },
  theCodeText: {
    nl: 'Je ziet hem alleen nu. Laat de persoon zich opnieuw aanmelden, ‘Gebruik een herstelcode’ kiezen en hem typen. Daarna volgt een nieuwe app. Werkt tot {until}.',
    en: 'You see it only now. Let the person log in again, choose ‘Use a recovery code’, and type it. A new app follows. Works until {until}.',
  },
  startCodeText: {
    nl: 'Je ziet hem alleen nu. Laat de persoon bij het inloggen ‘Wachtwoord vergeten?’ kiezen, dan ‘Ik heb een code van de helpdesk’, en hem typen. Daarna is de eigen app of een herstelcode nodig. Werkt tot {until}.',
    en: 'You see it only now. Let the user choose ‘Forgot password?’ at the login, then ‘I have a code from the help desk’, and enter it. After that the user’s own app or a recovery code is needed. Works until {until}.',
  },
  startLetterText: {
    nl: 'Met de link erin, en daarna de eigen app of een herstelcode, kiest de persoon een nieuw wachtwoord, tot {until}. Geef de brief in handen, stuur hem niet op.',
    en: 'With the link on it, and then the user’s own app or a recovery code, the user chooses a new password, until {until}. Hand the letter over, don’t post it.',
  },
  started: { nl: 'Nieuw wachtwoord', en: 'New password' },
  startedOut: { nl: 'Gestart, werkt tot {until}.', en: 'Started, works until {until}.' },
  by: { nl: 'Hoe?', en: 'How?' },
  byCode: { nl: 'Met een code die je voorleest', en: 'With a code that you read out' },
  byLetter: { nl: 'Met een brief (de link werkt 1 uur)', en: 'With a letter (its link works for 1 hour)' },
  cap: { nl: 'Maximum bereikt', en: 'Limit reached' },
  'password-cap': {
    nl: 'Te veel foute wachtwoorden: ontgrendelen helpt niet. Een nieuw wachtwoord wel, per mail (‘Wachtwoord vergeten?’), brief of code.',
    en: 'Too many wrong passwords: unlocking does not help. A new password does, by mail (‘Forgot password?’), letter or code.',
  },
  'code-cap': {
    nl: 'Te veel foute codes: de app is uitgeschakeld. Een herstelcode helpt, of de tweede stap opnieuw beginnen.',
    en: 'Too many wrong codes: the app is disabled. A recovery code helps, or resetting the second step.',
  },
  'recovery-cap': {
    nl: 'Te veel foute herstelcodes: ze worden niet meer aangenomen. Met de app kan de persoon nieuwe maken.',
    en: 'Too many wrong recovery codes: they are refused. With the app the user can make new ones.',
  },
  sameActor: {
    nl: 'je hebt voor dit account al de andere helft gedaan (wachtwoord of tweede stap). Zeven dagen lang mag alleen een collega of een beheerder dit doen.',
    en: 'you did the other half for this account already (password or second step). For seven days only a colleague or an administrator may do this.',
  },
  openLetter: { nl: 'Open de brief om af te drukken', en: 'Open the letter to print it' },
  letterText: {
    nl: 'De link erin opent het account, tot {until}. Geef de brief alleen aan deze persoon.',
    en: 'The link on it opens the account, until {until}. Give the letter to this person only.',
  },
  files: { nl: 'Mensen als bestand', en: 'People as a file' },
  export: { nl: 'Bewaar als CSV', en: 'Save as CSV' },
  exportText: {
    nl: 'Wie er zijn en hoe ver ze zijn. Geen wachtwoorden, sleutels of codes.',
    en: 'Who they are and how far they have come. No passwords, secrets or codes.',
  },
  import: { nl: 'CSV-bestand met nieuwe mensen', en: 'CSV file with new people' },
  importInvite: { nl: 'Nodig ze meteen per mail uit', en: 'Invite them by mail at once' },
  importButton: { nl: 'Toevoegen', en: 'Add them' },
  imported: { nl: 'Toegevoegd: {count}. Uitgenodigd: {invited}.', en: 'Added: {count}. Invited: {invited}.' },
  importWithoutMail: {
    nl: 'Zonder adres, dus voor een brief: {names}',
    en: 'Without an address, so for a letter: {names}',
  },
  needFile: { nl: 'Kies eerst een bestand.', en: 'Choose a file first.' },
  wrongFile: {
    nl: 'Er is niets toegevoegd. Dit klopt niet in het bestand:',
    en: 'Nothing was added. This is wrong in the file:',
  },
  place: { nl: 'Rij {row}, kolom {column}', en: 'Row {row}, column {column}' },
} as const satisfies Record<string, Words>;

export type Word = keyof typeof texts;

const lang = (): Language => (document.documentElement.lang === 'nl' ? 'nl' : 'en');

/** A text with its places filled in. */
export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(texts[word], values);
}

export function fill(words: Words, values: Readonly<Record<string, string | number>> = {}): string {
  return words[lang()].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** A moment as people say it. */
export function moment(rfc3339: string): string {
  return new Date(rfc3339).toLocaleString(lang() === 'nl' ? 'nl-NL' : 'en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  });
}
