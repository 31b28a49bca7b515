import type { Portal } from './portal.ts';

export const clinic: Portal = {
  path: 'clinic',
  organisation: 'de-linde',
  name: 'De Linde',
  tagline: { nl: 'Centrum voor geestelijke gezondheid', en: 'Centre for mental health' },
  welcome: {
    heading: { nl: 'Werkplek voor behandelaars', en: 'Workplace for practitioners' },
    text: {
      nl: 'Je agenda, je dossiers en je berichten op één plek. Aanmelden gaat in twee stappen, omdat het om gegevens over gezondheid gaat.',
      en: 'Your diary, your files and your messages in one place. Logging in takes two steps, because this is about people’s health.',
    },
  },
  notices: [
    {
      heading: { nl: 'Lukt het niet?', en: 'Not working?' },
      text: {
        nl: 'De servicebalie helpt op werkdagen van 7.30 tot 18.00 uur, op toestel 140.',
        en: 'The service desk helps on working days from 7.30 to 18.00, extension 140.',
      },
    },
    {
      heading: { nl: 'Werk je op een gedeelde computer?', en: 'On a shared computer?' },
      text: {
        nl: 'Laat dit apparaat dan niet onthouden en meld je af als je klaar bent.',
        en: 'Then don’t have this device remembered, and sign out when you are done.',
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
            heading: { nl: 'Hulpvraag', en: 'What brought him here' },
            text: {
              nl: 'Slaapt slecht en mijdt de trein sinds het ongeluk in het voorjaar. Wil weer zelf naar zijn werk kunnen reizen.',
              en: 'Sleeps badly and avoids the train since the accident in spring. Wants to travel to work by himself again.',
            },
          },
          {
            heading: { nl: 'Doelen', en: 'Goals' },
            text: {
              nl: 'Vijf nachten per week doorslapen. Voor de zomer drie keer per week met de trein, de eerste weken samen.',
              en: 'Sleeping through five nights a week. By summer on the train three times a week, the first weeks together.',
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
            heading: { nl: 'Hulpvraag', en: 'What brought her here' },
            text: {
              nl: 'Somber en snel moe na een lange ziekte. Wil haar dagen weer zelf indelen.',
              en: 'Low and easily tired after a long illness. Wants to plan her own days again.',
            },
          },
          {
            heading: { nl: 'Stand', en: 'Where we are' },
            text: {
              nl: 'Werkt weer twaalf uur. De vragenlijst staat klaar voor het gesprek van vanmiddag.',
              en: 'Works twelve hours again. The questionnaire is ready for this afternoon’s talk.',
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
      nl: 'Bewaar je herstelcodes op papier of in een wachtwoordkluis, niet op de telefoon waar je codes op staan. Nieuwe telefoon? Kom langs, we helpen je in vijf minuten.',
      en: 'Keep your recovery codes on paper or in a password manager, not on the phone that makes your codes. New phone? Drop in, it takes five minutes.',
    },
  },
};
