import type { Portal } from './portal.ts';

export const schools: Portal = {
  path: 'schools',
  organisation: 'zilverdijk',
  name: 'Zilverdijk',
  tagline: { nl: 'Samenwerkingsverband van 38 scholen', en: 'Partnership of 38 schools' },
  welcome: {
    heading: { nl: 'De juiste plek voor elk kind', en: 'The right place for every child' },
    text: {
      nl: 'Hier vragen scholen extra ondersteuning aan en volgen ze hun aanvragen. Log in met de gebruikersnaam die je van ons hebt gekregen.',
      en: 'Here, schools apply for extra support and follow their applications. Log in with the username that we gave you.',
    },
  },
  notices: [
    {
      heading: { nl: 'Nieuwe telefoon?', en: 'New phone?' },
      text: {
        nl: 'Alleen de authenticatie-app die je het laatst hebt ingesteld, werkt. Staat er nog een oude code in je app? Verwijder die dan.',
        en: 'Only the authenticator app that you set up last works. If an old code is still in your app, remove it.',
      },
    },
    {
      heading: { nl: 'Vragen', en: 'Questions' },
      text: {
        nl: 'Het loket is open op schooldagen van 8.00 tot 16.30 uur.',
        en: 'The service desk is open on school days from 8 am to 4.30 pm.',
      },
    },
  ],
  agenda: {
    heading: { nl: 'Deze week', en: 'This week' },
    entries: [
      {
        mark: { nl: 'di 14.30', en: 'Tue 14.30' },
        title: { nl: 'Groot overleg De Zandloper', en: 'Care meeting, De Zandloper' },
        detail: { nl: 'Noor, groep 5', en: 'Noor, year 5' },
      },
      {
        mark: { nl: 'wo 09.00', en: 'Wed 09.00' },
        title: { nl: 'Commissie van advies', en: 'Advisory committee' },
        detail: { nl: 'Drie aanvragen', en: 'Three applications' },
      },
      {
        mark: { nl: 'do 15.45', en: 'Thu 15.45' },
        title: { nl: 'Ouders van Sem', en: 'Sem’s parents' },
        detail: { nl: 'Videogesprek', en: 'Video call' },
      },
    ],
  },
  files: {
    heading: { nl: 'Aanvragen', en: 'Applications' },
    entries: [
      {
        id: '24-118',
        mark: '24-118',
        title: { nl: 'Noor, groep 5', en: 'Noor, year 5' },
        detail: { nl: 'Hulp bij lezen, in behandeling', en: 'Help with reading, in progress' },
        sections: [
          {
            heading: { nl: 'Wat gaat goed?', en: 'Strengths' },
            text: {
              nl: 'Noor rekent beter dan haar groep en helpt anderen graag. Luisterboeken leest ze in één adem uit.',
              en: 'Noor is ahead of her class in arithmetic and likes to help others. She listens to audiobooks from start to finish.',
            },
          },
          {
            heading: { nl: 'Wat is nodig?', en: 'Support needed' },
            text: {
              nl: 'Twee keer per week een half uur met de leesspecialist, tot aan de meivakantie.',
              en: 'Half an hour with the reading specialist, twice a week until the May holiday.',
            },
          },
        ],
      },
      {
        id: '24-102',
        mark: '24-102',
        title: { nl: 'Sem, groep 7', en: 'Sem, year 7' },
        detail: { nl: 'Rustige werkplek, toegekend', en: 'A quiet place to work, approved' },
        sections: [
          {
            heading: { nl: 'Besluit', en: 'Decision' },
            text: {
              nl: 'De school krijgt één jaar lang een vaste werkplek buiten de klas vergoed.',
              en: 'The school receives funding for one year for a fixed place to work outside the classroom.',
            },
          },
        ],
      },
    ],
  },
  message: {
    from: { nl: 'Het loket', en: 'Service desk' },
    at: { nl: 'gisteren', en: 'yesterday' },
    text: {
      nl: 'De commissie komt woensdag bijeen. Stuur je stukken uiterlijk maandag om 12.00 uur in.',
      en: 'The committee meets on Wednesday. Send in your documents by noon on Monday.',
    },
  },
};
