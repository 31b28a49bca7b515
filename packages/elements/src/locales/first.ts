/** The texts of the first screen: they come with the element. */
export const first = {
  en: {
    'organisation.heading': 'Choose your organisation',
    'organisation.label': 'Organisation',
    'organisation.choose': 'Choose your organisation from the list.',
    'username.heading': 'Log in',
    'username.label': 'Username',
    'username.missing': 'Type your username.',
    continue: 'Continue',
    'log-in': 'Log in',
    retry: 'Try again',
    'problem.network': 'There is no connection. Check your internet and try again.',
  },
  nl: {
    'organisation.heading': 'Kies je organisatie',
    'organisation.label': 'Organisatie',
    'organisation.choose': 'Kies je organisatie uit de lijst.',
    'username.heading': 'Inloggen',
    'username.label': 'Gebruikersnaam',
    'username.missing': 'Typ je gebruikersnaam.',
    continue: 'Doorgaan',
    'log-in': 'Inloggen',
    retry: 'Probeer opnieuw',
    'problem.network': 'Er is geen verbinding. Controleer je internet en probeer het opnieuw.',
  },
};
