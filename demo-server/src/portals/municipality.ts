import type { Portal } from './portal.ts';

export const municipality: Portal = {
  path: 'municipality',
  organisation: 'wolvenrade',
  name: 'Gemeente Wolvenrade',
  tagline: { nl: 'Sociaal domein', en: 'Social services' },
  welcome: {
    heading: { nl: 'Inloggen bij het zaaksysteem', en: 'Log in to the case system' },
    text: {
      nl: 'Voor consulenten van de gemeente en de wijkteams. Het systeem legt elke inzage vast.',
      en: 'For advisers of the municipality and the neighbourhood teams. The system records every time that you open a case.',
    },
  },
  notices: [
    {
      heading: { nl: 'Voor het eerst hier?', en: 'First time here?' },
      text: {
        nl: 'Na je wachtwoord stel je in hoe je je login bevestigt: met een passkey of met een app op je telefoon. Dat duurt ongeveer drie minuten en hoef je maar één keer te doen.',
        en: 'After you enter your password, you set up how you confirm your login: with a passkey or with an app on your phone. This takes about three minutes and you only do it once.',
      },
    },
    {
      heading: { nl: 'Hulp', en: 'Help' },
      text: {
        nl: 'Informatiebeheer, stadhuis, kamer 1.12. Open op werkdagen tot 17.00 uur.',
        en: 'Information Management, town hall, room 1.12. Open every working day until 5 pm.',
      },
    },
  ],
  agenda: {
    heading: { nl: 'Afspraken', en: 'Appointments' },
    entries: [
      {
        mark: '09.30',
        title: { nl: 'Balie 3', en: 'Counter 3' },
        detail: { nl: 'Mevrouw De Wit, huishoudelijke hulp', en: 'Mrs De Wit, household help' },
      },
      {
        mark: '11.00',
        title: { nl: 'Huisbezoek Molenpad', en: 'Home visit, Molenpad' },
        detail: { nl: 'Traplift, met de ergotherapeut', en: 'Stairlift, with the occupational therapist' },
      },
      {
        mark: '14.00',
        title: { nl: 'Wijkteam Oost', en: 'Neighbourhood team East' },
        detail: { nl: 'Casusoverleg', en: 'Case meeting' },
      },
    ],
  },
  files: {
    heading: { nl: 'Zaken', en: 'Cases' },
    entries: [
      {
        id: 'WMO-5521',
        mark: 'WMO-5521',
        title: { nl: 'Traplift Molenpad', en: 'Stairlift, Molenpad' },
        detail: { nl: 'Wacht op advies', en: 'Waiting for advice' },
        sections: [
          {
            heading: { nl: 'Aanvraag', en: 'Request' },
            text: {
              nl: 'De aanvrager kan sinds een heupoperatie de trap niet meer op. De slaapkamer en de badkamer zijn boven.',
              en: 'Since a hip operation, the applicant can’t climb the stairs. The bedroom and the bathroom are upstairs.',
            },
          },
          {
            heading: { nl: 'Volgende stap', en: 'Next step' },
            text: {
              nl: 'Huisbezoek met de ergotherapeut, daarna besluit binnen twee weken.',
              en: 'A home visit with the occupational therapist, then a decision within two weeks.',
            },
          },
        ],
      },
      {
        id: 'JGD-1187',
        mark: 'JGD-1187',
        title: { nl: 'Gezin Van Loon', en: 'Van Loon family' },
        detail: { nl: 'Opvoedhulp, loopt', en: 'Parenting support, in progress' },
        sections: [
          {
            heading: { nl: 'Afspraak', en: 'Agreement' },
            text: {
              nl: 'Tot het eind van het jaar komt er elke donderdag na school een gezinscoach.',
              en: 'Until the end of the year, a family coach visits every Thursday after school.',
            },
          },
        ],
      },
    ],
  },
  message: {
    from: { nl: 'Informatiebeheer', en: 'Information Management' },
    at: { nl: 'maandag', en: 'Monday' },
    text: {
      nl: 'Het zaaksysteem vraagt nu aan alle medewerkers om een code na het wachtwoord. Heb je dit nog niet ingesteld? Dan doe je dat de volgende keer dat je inlogt.',
      en: 'The case system now asks all staff for a code after the password. If you haven’t set this up yet, you do so the next time that you log in.',
    },
  },
};
