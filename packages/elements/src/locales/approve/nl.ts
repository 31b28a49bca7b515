import type { Text } from '../messages.ts';
import type { en } from './en.ts';

/** Dutch texts of the phone's side. */
export const nl: Readonly<Record<keyof typeof en, Text>> = {
  'approve.loading': 'Laden',
  'approve.accounts': 'Je accounts',
  'approve.another': 'Nog een account koppelen',
  'approve.notify': 'Meldingen aanzetten',
  'approve.offline': 'Er is geen verbinding. Deze codes kun je nog wel invullen op je inlogscherm.',
  'approve.waits': 'Er wacht een verzoek om in te loggen: {name}.',
  'approve.show': 'Bekijken',
  'approve.at': '{day} om {time}',

  'approve.add': 'Koppel deze telefoon',
  'approve.add-description':
    'Scan de QR-code op je inlogscherm met de camera van deze telefoon. Of plak hier de link uit je e-mail.',
  'approve.link': 'Link',
  'approve.bad-link': 'Dit is geen link voor je telefoon. Kopieer de hele link en plak die hier.',
  'approve.add-do': 'Koppelen',
  'approve.cancel-link': 'Deze telefoon niet koppelen',
  'approve.code-heading': 'Bevestig dat jij het bent',
  'approve.code-heading-sms': 'Vul de code uit de sms in',
  'approve.code-heading-mail': 'Vul de code uit de e-mail in',
  'approve.code-description': 'We hebben een code van zes cijfers gestuurd naar {to}.',
  'approve.factor-description': 'Vul de code in die je authenticatie-app nu toont.',
  'approve.factor-label': 'Code',
  'approve.code-missing': 'Vul een code in.',
  'approve.wrong-code': 'Deze code klopt niet of is al gebruikt. Vul de nieuwste in.',
  'approve.shown-heading': 'Vul deze code in op je inlogscherm',
  'approve.shown-description': 'Typ hem op het scherm waar je de QR-code hebt gescand.',
  'approve.shown-waiting': 'We wachten op je inlogscherm.',
  'approve.go-on': 'Ga verder op je inlogscherm.',

  'approve.heading': 'Ben jij aan het inloggen?',
  'approve.description': 'Zo ja, vul dan de {digits} cijfers in die op je inlogscherm staan.',
  'approve.number': 'Cijfers op het inlogscherm',
  'approve.number-missing': 'Vul alle {digits} cijfers in die op je inlogscherm staan.',
  'approve.account': 'Account',
  'approve.portal': 'Bij',
  'approve.browser': 'Met',
  'approve.place': 'Vanaf',
  'approve.time': 'Tijd',
  'approve.approve': 'Goedkeuren',
  'approve.deny': 'Nee, dit ben ik niet',
  'approve.approved': 'Goedgekeurd',
  'approve.approved-description': 'Het inloggen gaat verder op het andere scherm.',
  'approve.denied': 'Het inloggen is tegengehouden',
  'approve.denied-description':
    'Tot je weer hebt ingelogd, komen er geen verzoeken meer op je telefoon. Je kiest dan een nieuw wachtwoord, want misschien kent iemand anders het jouwe.',
  'approve.wrong': 'De cijfers klopten niet',
  'approve.wrong-description':
    'Dit is niet goedgekeurd. Ben je aan het inloggen? Stuur dan een nieuw verzoek vanaf je inlogscherm.',
  'approve.ended': 'Dit verzoek is voorbij',
  'approve.ended-description':
    'Het is al beantwoord, vervangen door een nieuwer verzoek, of het duurde te lang. Ben je aan het inloggen? Stuur dan een nieuw verzoek vanaf je inlogscherm.',
  'approve.done': 'Klaar',

  'approve.code-is': 'Code: {code}',
  'approve.no-code': 'Een ogenblik.',
  'approve.locked': 'Er is te vaak een verkeerd wachtwoord ingevuld. Daarom is dit account geblokkeerd.',
  'approve.locked-over':
    'Dit account is geblokkeerd en deze telefoon kan het vandaag niet meer deblokkeren. Wacht even, of vraag de helpdesk.',
  'approve.unlock': 'Deblokkeren',
  'approve.days': {
    one: 'Je wachtwoord is nog 1 dag geldig.',
    other: 'Je wachtwoord is nog {count} dagen geldig.',
  },
  'approve.days-over': 'Je wachtwoord is verlopen. Je kiest een nieuw wachtwoord als je inlogt.',
  'approve.gone':
    'Deze telefoon is niet meer aan dit account gekoppeld. Verwijder het hier en koppel het opnieuw als je het nodig hebt.',
  'approve.history': 'Eerdere verzoeken',
  'approve.no-history': 'Op deze telefoon is nog niets goedgekeurd.',
  'approve.was-pending': 'Wacht op antwoord',
  'approve.was-approved': 'Goedgekeurd',
  'approve.was-denied': 'Niet goedgekeurd',
  'approve.was-expired': 'Niet beantwoord',
  'approve.reset': 'Nieuw wachtwoord kiezen',
  'approve.settings': 'Inloggen en veiligheid',
  'approve.unlink': 'Van deze telefoon verwijderen',
  'approve.unlink-sure':
    '{name} van deze telefoon verwijderen? Je hebt dan een andere manier nodig om in te loggen, of je moet deze telefoon opnieuw koppelen.',
  'approve.unlink-do': 'Verwijderen',
  'approve.said-linked': 'Deze telefoon is gekoppeld.',
  'approve.said-unlinked': 'Het account is van deze telefoon verwijderd.',
  'approve.said-unlocked': 'Gedeblokkeerd. Je kunt weer inloggen met hetzelfde wachtwoord.',
  'approve.said-notified': 'Deze telefoon meldt nu wanneer er wordt ingelogd.',
  'approve.said-silent': 'Je browser toont geen meldingen. Open deze pagina als je inlogt.',

  'problem.no-storage': 'Deze browser bewaart hier geen sleutels. Zet privé-browsen uit en probeer het opnieuw.',
  'problem.bad-proof':
    'De sleutel van deze telefoon is geweigerd. Controleer de datum en tijd van je telefoon en probeer het opnieuw.',
  'problem.not-found': 'Deze telefoon is niet meer aan dit account gekoppeld.',
};
