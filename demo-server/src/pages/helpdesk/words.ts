import type { Language } from '@tweestap/protocol/constants';

type Words = Readonly<Record<Language, string>>;

const texts = {
  needQuery: {
    nl: 'Voer een naam, gebruikersnaam of e-mailadres in.',
    en: 'Enter a name, a username or an email address.',
  },
  needReason: { nl: 'Voer een reden in voor het auditlogboek.', en: 'Enter a reason for the audit log.' },
  noUser: { nl: 'Geen gebruikers gevonden', en: 'No users found' },
  noUserText: {
    nl: 'Probeer een ander deel van de naam. Je kunt alleen gebruikers vinden die je mag helpen.',
    en: 'Try a different part of the name. You can only find users that you are allowed to help.',
  },
  several: { nl: 'Kies een gebruiker', en: 'Choose a user' },
  more: {
    nl: 'Er zijn meer resultaten. Voer meer van de naam in.',
    en: 'There are more results. Enter more of the name.',
  },
  active: { nl: 'Actief', en: 'Active' },
  disabled: { nl: 'Uitgeschakeld', en: 'Disabled' },
  notActivated: { nl: 'Nog niet geactiveerd', en: 'Not activated' },
  locked: { nl: 'Geblokkeerd', en: 'Locked' },
  account: { nl: 'Account', en: 'Account' },
  since: { nl: 'aangemaakt op {time}', en: 'created on {time}' },
  password: { nl: 'Wachtwoord', en: 'Password' },
  passwordSet: { nl: 'Ingesteld', en: 'Set' },
  passwordNone: { nl: 'Niet ingesteld', en: 'Not set' },
  invited: {
    nl: 'Uitgenodigd op {time}. De link is geldig tot {until}.',
    en: 'Invited on {time}. The link is valid until {until}.',
  },
  invitationExpired: {
    nl: 'Uitgenodigd op {time}. De link is verlopen.',
    en: 'Invited on {time}. The link has expired.',
  },
  neverInvited: { nl: 'Nog niet uitgenodigd.', en: 'Not invited yet.' },
  attempts: {
    nl: 'Mislukte pogingen sinds de laatste keer inloggen: {count}',
    en: 'Failed attempts since the last success: {count}',
  },
  lockedUntil: { nl: 'Geblokkeerd tot {until}.', en: 'Locked until {until}.' },
  methods: { nl: 'Inlogmethoden', en: 'Login methods' },
  noMethods: { nl: 'Geen', en: 'None' },
  app: { nl: 'authenticatie-app', en: 'authenticator app' },
  passkey: { nl: 'passkey', en: 'passkey' },
  linkedPhone: { nl: 'telefoon die het inloggen goedkeurt', en: 'phone that approves logins' },
  number: { nl: 'Telefoonnummer voor sms-codes', en: 'Phone number for text messages' },
  lastUsed: { nl: 'laatst gebruikt op {time}', en: 'last used on {time}' },
  neverUsed: { nl: 'nooit gebruikt', en: 'never used' },
  state_active: { nl: '', en: '' },
  state_disabled: { nl: 'uitgeschakeld na te veel foute codes', en: 'disabled after too many incorrect codes' },
  state_replaced: { nl: 'vervangen', en: 'replaced' },
  state_lost: { nl: 'kwijtgeraakt', en: 'lost' },
  codes: { nl: 'Herstelcodes', en: 'Recovery codes' },
  codesLeft: { nl: 'Nog {count} over', en: '{count} left' },
  helpDeskCode: { nl: 'Code van de helpdesk', en: 'Code from the help desk' },
  helpDeskCodeValid: { nl: 'Gemaakt, geldig tot {until}.', en: 'Issued, valid until {until}.' },
  loggedIn: { nl: 'Sessies en apparaten', en: 'Sessions and devices' },
  sessions: {
    nl: 'Sessies: {count}, onthouden apparaten: {devices}',
    en: 'Sessions: {count}, remembered devices: {devices}',
  },
  what: { nl: 'Acties', en: 'Actions' },
  cancel: { nl: 'Annuleren', en: 'Cancel' },
  reason: { nl: 'Reden', en: 'Reason' },
  failed: { nl: 'Dat is niet gelukt. {why}', en: 'That didn’t work. {why}' },
  network: {
    nl: 'De server reageert niet. Probeer het opnieuw.',
    en: 'The server isn’t responding. Try again.',
  },
  notAllowed: {
    nl: 'Met jouw rol mag je dit niet doen. Vraag een beheerder om hulp.',
    en: 'Your role isn’t allowed to do this. Ask an administrator.',
  },
  hours: { nl: 'Hoe lang is de code geldig?', en: 'How long is the code valid?' },
  phone: {
    nl: 'Waar is het apparaat waarmee de gebruiker inlogde?',
    en: 'Where is the device that the user logged in with?',
  },
  phoneLost: { nl: 'Kwijt of gestolen', en: 'Lost or stolen' },
  phoneKept: { nl: 'De gebruiker heeft hem nog', en: 'The user still has it' },
  theCode: { nl: 'Lees deze code voor', en: 'Read out this code' },
  theCodeText: {
    nl: 'De code wordt maar één keer getoond en is geldig tot {until}. Laat de gebruiker opnieuw inloggen, ‘Herstelcode gebruiken’ kiezen en de code invoeren. Daarna stelt de gebruiker een nieuwe inlogmethode in.',
    en: 'The code is shown only once and is valid until {until}. Ask the user to log in again, choose ‘Use a recovery code’ and enter the code. The user then sets up a new login method.',
  },
  startCodeText: {
    nl: 'De code wordt maar één keer getoond en is geldig tot {until}. Laat de gebruiker bij het inloggen ‘Wachtwoord vergeten?’ kiezen, dan ‘Ik heb een code van de helpdesk’, en de code invoeren. Daarna heeft de gebruiker een eigen inlogmethode of een herstelcode nodig.',
    en: 'The code is shown only once and is valid until {until}. Ask the user to choose ‘Forgot password?’ at the login, then ‘I have a code from the help desk’, and to enter the code. The user then needs one of their login methods or a recovery code.',
  },
  startLetterText: {
    nl: 'Met de link in de brief, en daarna een eigen inlogmethode of een herstelcode, kiest de gebruiker een nieuw wachtwoord. De link is geldig tot {until}. Overhandig de brief persoonlijk; verstuur hem niet per post.',
    en: 'With the link in the letter, and then one of their login methods or a recovery code, the user chooses a new password. The link is valid until {until}. Hand over the letter in person; don’t send it by post.',
  },
  started: { nl: 'Wachtwoordreset', en: 'Password reset' },
  startedValid: { nl: 'Gestart, geldig tot {until}.', en: 'Started, valid until {until}.' },
  by: { nl: 'Hoe krijgt de gebruiker toegang?', en: 'How does the user get access?' },
  byCode: { nl: 'Met een code die je voorleest', en: 'With a code that you read out' },
  byLetter: { nl: 'Met een brief (de link is 1 uur geldig)', en: 'With a letter (the link is valid for 1 hour)' },
  cap: { nl: 'Limiet bereikt', en: 'Limit reached' },
  'password-cap': {
    nl: 'Te veel foute wachtwoorden. Ontgrendelen helpt niet. De gebruiker heeft een nieuw wachtwoord nodig: via e-mail (‘Wachtwoord vergeten?’), een brief of een code.',
    en: 'Too many incorrect passwords. Unlocking doesn’t help. The user needs a new password: by email (‘Forgot password?’), letter or code.',
  },
  'code-cap': {
    nl: 'Te veel foute codes: de app is uitgeschakeld. De gebruiker kan een herstelcode gebruiken, of jij kunt de tweede stap resetten.',
    en: 'Too many incorrect codes: the app is disabled. The user can use a recovery code, or you can reset the second step.',
  },
  'recovery-cap': {
    nl: 'Te veel foute herstelcodes: de herstelcodes werken niet meer. De gebruiker kan met de app nieuwe codes maken.',
    en: 'Too many incorrect recovery codes: the recovery codes no longer work. The user can make new ones with the app.',
  },
  sameActor: {
    nl: 'Je hebt voor dit account al een code gemaakt, het wachtwoord gereset of de tweede stap gereset. Zeven dagen lang kan alleen een collega of een beheerder dit doen.',
    en: 'You have already issued a code for this account, or reset its password or second step. For seven days, only a colleague or an administrator can do this.',
  },
  openLetter: { nl: 'Brief openen om af te drukken', en: 'Open the letter to print it' },
  letterText: {
    nl: 'Met de link in de brief activeert de gebruiker het account. De link is geldig tot {until}. Geef de brief alleen aan deze gebruiker.',
    en: 'The link in the letter activates the account. It is valid until {until}. Give the letter to this user only.',
  },
  files: { nl: 'Gebruikers importeren en exporteren', en: 'Import and export users' },
  export: { nl: 'Opslaan als CSV', en: 'Save as CSV' },
  exportText: {
    nl: 'Alle gebruikers en de status van hun account, zonder wachtwoorden, sleutels of codes.',
    en: 'All users and the state of their accounts, without passwords, secrets or codes.',
  },
  import: { nl: 'CSV-bestand met nieuwe gebruikers', en: 'CSV file with new users' },
  importInvite: { nl: 'Gebruikers meteen per e-mail uitnodigen', en: 'Invite the users by email now' },
  importButton: { nl: 'Gebruikers toevoegen', en: 'Add users' },
  imported: { nl: 'Toegevoegd: {count}. Uitgenodigd: {invited}.', en: 'Added: {count}. Invited: {invited}.' },
  importWithoutEmail: {
    nl: 'Deze gebruikers hebben geen e-mailadres en dus een brief nodig: {names}',
    en: 'These users have no email address and need a letter: {names}',
  },
  needFile: { nl: 'Kies eerst een bestand.', en: 'Choose a file first.' },
  wrongFile: {
    nl: 'Er zijn geen gebruikers toegevoegd. Het bestand bevat fouten:',
    en: 'No users were added. The file contains errors:',
  },
  place: { nl: 'Rij {row}, kolom {column}', en: 'Row {row}, column {column}' },
} as const satisfies Record<string, Words>;

export type Word = keyof typeof texts;

const lang = (): Language => (document.documentElement.lang === 'nl' ? 'nl' : 'en');

const locale = (): string => (lang() === 'nl' ? 'nl-NL' : 'en-GB');

/** A text with its placeholders filled in. */
export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(texts[word], values);
}

export function fill(words: Words, values: Readonly<Record<string, string | number>> = {}): string {
  return words[lang()].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** A time in RFC 3339 as a text in the language of the page. */
export function formatTime(rfc3339: string): string {
  return new Date(rfc3339).toLocaleString(locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** A number of hours as a text, for example '4 hours'. */
export function formatHours(count: number): string {
  return new Intl.NumberFormat(locale(), { style: 'unit', unit: 'hour', unitDisplay: 'long' }).format(count);
}
