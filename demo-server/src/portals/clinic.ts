import type { Portal } from './portal.ts';

export const clinic: Portal = {
  path: 'clinic',
  organisation: 'de-linde',
  name: 'De Linde',
  tagline: { nl: 'Centrum voor geestelijke gezondheid', en: 'Centre for mental health' },
  welcome: {
    heading: { nl: 'Werkplek voor behandelaars', en: 'Workspace for practitioners' },
    text: {
      nl: 'Je agenda, je dossiers en je berichten op één plek. Je logt in met twee stappen, omdat gegevens over gezondheid extra bescherming nodig hebben.',
      en: 'Your calendar, files and messages in one place. You log in with two steps, because health data needs extra protection.',
    },
  },
  notices: [
    {
      heading: { nl: 'Lukt inloggen niet?', en: 'Can’t log in?' },
      text: {
        nl: 'Bel de servicebalie op toestel 140, op werkdagen van 7.30 tot 18.00 uur.',
        en: 'Call the service desk on extension 140. It is open on working days from 7.30 am to 6 pm.',
      },
    },
    {
      heading: { nl: 'Werk je op een gedeelde computer?', en: 'Using a shared computer?' },
      text: {
        nl: 'Laat dit apparaat dan niet onthouden en log uit als je klaar bent.',
        en: 'Don’t let it remember this device, and log out when you have finished.',
      },
    },
  ],
  agenda: {
    heading: { nl: 'Vandaag', en: 'Today' },
    entries: [
      {
        mark: '09.00',
        title: { nl: 'M. Jansen', en: 'M. Jansen' },
        detail: { nl: 'Intake, kamer 2.04', en: 'Intake, room 2.04' },
      },
      {
        mark: '10.30',
        title: { nl: 'Team Angst en stemming', en: 'Anxiety and mood team' },
        detail: { nl: 'Overleg, de serre', en: 'Meeting, the sun room' },
      },
      { mark: '13.15', title: { nl: 'R. Yilmaz', en: 'R. Yilmaz' }, detail: { nl: 'Videogesprek', en: 'Video call' } },
      {
        mark: '15.00',
        title: { nl: 'L. van Dam', en: 'L. van Dam' },
        detail: { nl: 'Evaluatie, kamer 2.04', en: 'Evaluation, room 2.04' },
      },
    ],
  },
  files: {
    heading: { nl: 'Dossiers', en: 'Files' },
    entries: [
      {
        id: '2319-044',
        mark: '2319-044',
        title: { nl: 'R. Yilmaz', en: 'R. Yilmaz' },
        detail: { nl: 'Behandelplan, week 6 van 12', en: 'Treatment plan, week 6 of 12' },
        sections: [
          {
            heading: { nl: 'Hulpvraag', en: 'Reason for referral' },
            text: {
              nl: 'Slaapt slecht en mijdt de trein sinds het ongeluk in het voorjaar. Wil weer zelf naar zijn werk kunnen reizen.',
              en: 'Has slept badly and avoided the train since the accident in spring. Wants to travel to work alone again.',
            },
          },
          {
            heading: { nl: 'Doelen', en: 'Goals' },
            text: {
              nl: 'Vijf nachten per week doorslapen. Voor de zomer drie keer per week met de trein, de eerste weken samen.',
              en: 'To sleep through five nights a week. To take the train three times a week by summer, accompanied for the first weeks.',
            },
          },
        ],
      },
      {
        id: '2318-907',
        mark: '2318-907',
        title: { nl: 'L. van Dam', en: 'L. van Dam' },
        detail: { nl: 'Evaluatie deze week', en: 'Evaluation this week' },
        sections: [
          {
            heading: { nl: 'Hulpvraag', en: 'Reason for referral' },
            text: {
              nl: 'Somber en snel moe na een lange ziekte. Wil haar dagen weer zelf indelen.',
              en: 'Feels low and tires easily after a long illness. Wants to plan her own days again.',
            },
          },
          {
            heading: { nl: 'Stand', en: 'Progress' },
            text: {
              nl: 'Werkt weer twaalf uur per week. De vragenlijst staat klaar voor het gesprek van vanmiddag.',
              en: 'Works twelve hours a week again. The questionnaire is ready for this afternoon’s meeting.',
            },
          },
        ],
      },
    ],
  },
  message: {
    from: { nl: 'Servicebalie', en: 'Service desk' },
    at: { nl: 'vanochtend', en: 'this morning' },
    text: {
      nl: 'Bewaar je herstelcodes op papier of in een wachtwoordmanager, niet op de telefoon met je authenticatie-app. Heb je een nieuwe telefoon? Kom langs, dan helpen we je in vijf minuten.',
      en: 'Keep your recovery codes on paper or in a password manager, not on the phone with your authenticator app. Do you have a new phone? Come to the service desk: it takes five minutes.',
    },
  },
};
