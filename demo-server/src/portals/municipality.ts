import type { Portal } from './portal.ts';

export const municipality: Portal = {
  path: 'municipality',
  organisation: 'wolvenrade',
  name: 'Gemeente Wolvenrade',
  tagline: { nl: 'Sociaal domein', en: 'Social services' },
  welcome: {
    heading: { nl: 'Aanmelden bij het zaaksysteem', en: 'Log in to the case system' },
    text: {
      nl: 'Voor consulenten van de gemeente en van het wijkteam. Elke inzage wordt vastgelegd.',
      en: 'For advisers of the municipality and of the neighbourhood team. Every look into a case is recorded.',
    },
  },
  notices: [
    {
      heading: { nl: 'Voor het eerst hier', en: 'First time here' },
      text: {
        nl: 'Na je wachtwoord stel je een authenticatie-app in op je telefoon. Dat duurt ongeveer drie minuten en hoeft maar één keer.',
        en: 'After your password you set up an authenticator app on your phone. It takes about three minutes, and only once.',
      },
    },
    {
      heading: { nl: 'Hulp', en: 'Help' },
      text: {
        nl: 'Informatiebeheer, stadhuis, kamer 1.12, elke werkdag tot 17.00 uur.',
        en: 'Information management, town hall, room 1.12, every working day until 17.00.',
      },
    },
  ],
  agenda: {
    heading: { nl: 'Afspraken', en: 'Appointments' },
    entries: [
      {
        mark: '09.30',
        title: { nl: 'Balie 3', en: 'Counter 3' },
        detail: { nl: 'Mevrouw De Wit, huishoudelijke hulp', en: 'Mrs De Wit, help in the household' },
      },
      {
        mark: '11.00',
        title: { nl: 'Huisbezoek Molenpad', en: 'House call, Molenpad' },
        detail: { nl: 'Traplift, met de ergotherapeut', en: 'Stair lift, with the therapist' },
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
        title: { nl: 'Traplift Molenpad', en: 'Stair lift, Molenpad' },
        detail: { nl: 'Wacht op advies', en: 'Waiting for advice' },
        sections: [
          {
            heading: { nl: 'Aanvraag', en: 'Request' },
            text: {
              nl: 'De aanvrager komt sinds een heupoperatie de trap niet meer op. De slaapkamer en de badkamer liggen boven.',
              en: 'Since a hip operation the applicant can’t climb the stairs. Bedroom and bathroom are upstairs.',
            },
          },
          {
            heading: { nl: 'Volgende stap', en: 'Next step' },
            text: {
              nl: 'Huisbezoek met de ergotherapeut, daarna besluit binnen twee weken.',
              en: 'A house call with the therapist, then a decision within two weeks.',
            },
          },
        ],
      },
      {
        id: 'JGD-1187',
        mark: 'JGD-1187',
        title: { nl: 'Gezin Van Loon', en: 'Van Loon family' },
        detail: { nl: 'Opvoedhulp, loopt', en: 'Parenting support, running' },
        sections: [
          {
            heading: { nl: 'Afspraak', en: 'What was agreed' },
            text: {
              nl: 'Tot het eind van het jaar komt er een gezinscoach, elke week op donderdag na school.',
              en: 'A family coach comes until the end of the year, every Thursday after school.',
            },
          },
        ],
      },
    ],
  },
  message: {
    from: { nl: 'Informatiebeheer', en: 'Information management' },
    at: { nl: 'maandag', en: 'Monday' },
    text: {
      nl: 'Het zaaksysteem vraagt voortaan iedereen om een code na het wachtwoord. Wie het nog niet heeft ingesteld, doet dat bij de eerstvolgende aanmelding.',
      en: 'From now on the case system asks everyone for a code after the password. Those who haven’t set it up do so when they next log in.',
    },
  },
};
