import type { Portal } from './portal.ts';

export const schools: Portal = {
  path: 'schools',
  organisation: 'zilverdijk',
  name: 'Zilverdijk',
  tagline: { nl: 'Samenwerkingsverband van 38 scholen', en: 'Partnership of 38 schools' },
  welcome: {
    heading: { nl: 'Samen de juiste plek voor elk kind', en: 'Together, the right place for every child' },
    text: {
      nl: 'Hier vragen scholen extra ondersteuning aan en volgen ze wat ermee gebeurt. Meld je aan met de naam die je van ons hebt gekregen.',
      en: 'Here schools ask for extra support and follow what happens to it. Log in with the name that you got from us.',
    },
  },
  notices: [
    {
      heading: { nl: 'Nieuwe telefoon?', en: 'New phone?' },
      text: {
        nl: 'Alleen de authenticatie-app die je het laatst hebt ingesteld werkt. Staat er een oude code in je app, verwijder die dan.',
        en: 'Only the authenticator app that you set up last works. If an old code is still in your app, remove it.',
      },
    },
    {
      heading: { nl: 'Vragen', en: 'Questions' },
      text: {
        nl: 'Het loket is open op schooldagen van 8.00 tot 16.30 uur.',
        en: 'The desk is open on school days from 8.00 to 16.30.',
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
        detail: { nl: 'Drie aanvragen', en: 'Three requests' },
      },
      {
        mark: { nl: 'do 15.45', en: 'Thu 15.45' },
        title: { nl: 'Ouders van Sem', en: 'Sem’s parents' },
        detail: { nl: 'Videogesprek', en: 'Video call' },
      },
    ],
  },
  files: {
    heading: { nl: 'Aanvragen', en: 'Requests' },
    entries: [
      {
        id: '24-118',
        mark: '24-118',
        title: { nl: 'Noor, groep 5', en: 'Noor, year 5' },
        detail: { nl: 'Hulp bij lezen, in behandeling', en: 'Help with reading, being handled' },
        sections: [
          {
            heading: { nl: 'Wat gaat goed', en: 'What goes well' },
            text: {
              nl: 'Noor rekent boven haar groep en helpt anderen graag. Luisterboeken leest ze in één adem uit.',
              en: 'Noor is ahead in arithmetic and likes to help. She finishes audio books in one go.',
            },
          },
          {
            heading: { nl: 'Wat is nodig', en: 'What is needed' },
            text: {
              nl: 'Twee keer per week een half uur met de leesspecialist, tot aan de meivakantie.',
              en: 'Half an hour with the reading specialist twice a week, until the May holiday.',
            },
          },
        ],
      },
      {
        id: '24-102',
        mark: '24-102',
        title: { nl: 'Sem, groep 7', en: 'Sem, year 7' },
        detail: { nl: 'Rustige werkplek, toegekend', en: 'A quiet place to work, granted' },
        sections: [
          {
            heading: { nl: 'Besluit', en: 'Decision' },
            text: {
              nl: 'De school krijgt een vaste werkplek buiten de klas vergoed, voor één jaar.',
              en: 'The school is paid for a fixed place to work outside the classroom, for one year.',
            },
          },
        ],
      },
    ],
  },
  message: {
    from: { nl: 'Het loket', en: 'The desk' },
    at: { nl: 'gisteren', en: 'yesterday' },
    text: {
      nl: 'De commissie komt woensdag bijeen. Stuur de laatste stukken uiterlijk maandag om 12.00 uur in, dan gaan ze nog mee.',
      en: 'The committee meets on Wednesday. Send the last papers by Monday at noon and they will still be on the list.',
    },
  },
};
