import { demoOrganisations } from './organisations.ts';

/*
 * The accounts of the demo. Their passwords, secrets and recovery codes are public and fixed, so that the evaluator's panel,
 * the phone and the tests can show and use them. They exist in the database of the demo only.
 */

/** A passkey with its private key, which is public in the demo. Bytes are base64url, except the key. */
export interface DemoPasskey {
  credentialId: string;
  /** PKCS #8, base64. */
  privateKey: string;
  /** The COSE public key. */
  publicKey: string;
  userHandle: string;
  rpId: string;
  signCount: number;
}

/** The key of a linked phone, as a JWK with its private part, which is public in the demo. */
export interface DemoPhone {
  name: string;
  key: { kty: 'EC'; crv: 'P-256'; x: string; y: string; d: string };
  /** Base32: the secret of the codes that the phone shows. */
  totpSecret: string;
}

export interface DemoAccount {
  organisation: string;
  username: string;
  name: string;
  email: string;
  /** For an invited user, who has no password yet, this is a suggestion. */
  password: string;
  /** Base32. Absent until the user has set up an authenticator. */
  totpSecret?: string;
  recoveryCodes?: readonly string[];
  /** A passkey in software, so that a virtual authenticator of a browser can hold it. */
  passkey?: DemoPasskey;
  /** A linked phone in software, so that a test can hold its key. */
  phone?: DemoPhone;
  /** The number to which codes are sent. The demo's phone receives them. */
  phoneNumber?: string;
  state: 'totp' | 'sms' | 'passkey' | 'push' | 'optional' | 'mandatory' | 'invited' | 'helpdesk';
}

export const demoAccounts: readonly DemoAccount[] = [
  {
    organisation: 'de-linde',
    username: 'anna',
    name: 'Anna Visser',
    email: 'anna@de-linde.example',
    password: 'twee stappen naar rust',
    totpSecret: 'SHY7LQSO6FFVTB5OYHV6RAEPMVCNJNO7',
    recoveryCodes: [
      'C6EP-34WK-5DM3',
      'ZJ83-4FF4-94KF',
      '3WM5-9PPM-3MME',
      '393K-X6BF-6K5M',
      'BKWQ-75MM-P8D5',
      'KR4M-3N8H-QKFT',
    ],
    state: 'totp',
  },
  {
    organisation: 'de-linde',
    username: 'bram',
    name: 'Bram de Groot',
    email: 'bram@de-linde.example',
    password: 'koffie om kwart voor tien',
    totpSecret: '6PAAKCDE5LE5D6F6B7EKDL4PVT62EZFT',
    recoveryCodes: [
      'CGMZ-GDB9-V7RT',
      '94MB-JHYC-SGBN',
      '45JF-7TC6-ZHF3',
      'Q4TK-MVYW-CCRD',
      'NHMV-G4W4-AHRQ',
      '43SR-BPMQ-WGBR',
    ],
    state: 'totp',
  },
  {
    organisation: 'de-linde',
    username: 'clara',
    name: 'Clara Okafor',
    email: 'clara@de-linde.example',
    password: 'regen op het serredak',
    totpSecret: '7WT3F7Z7YZJHMCCQU6FTZX5IWSZIA2YS',
    recoveryCodes: [
      'EYQD-2GD7-N5H3',
      '8TB6-S9EE-ZXH4',
      '7GEK-AY6W-FXKA',
      'RFDQ-YE96-4769',
      'Q92H-WM7A-B26F',
      'KDNM-C6RX-JNPQ',
    ],
    state: 'totp',
  },
  {
    organisation: 'zilverdijk',
    username: 'marloes',
    name: 'Marloes Dekker',
    email: 'marloes@zilverdijk.example',
    password: 'krijtjes en kastanjes',
    totpSecret: 'IVIV7PALKODICLF3QTTVJQ3STZJ4L7NX',
    recoveryCodes: [
      'S3GY-XTXQ-VKEE',
      'EE5H-PE38-48G7',
      '5CN3-52M6-K5DN',
      '24X8-NE6P-ADND',
      'H55X-HGHH-B465',
      'SCSA-HWR7-J28J',
    ],
    state: 'totp',
  },
  {
    organisation: 'zilverdijk',
    username: 'tobias',
    name: 'Tobias Wever',
    email: 'tobias@zilverdijk.example',
    password: 'fietsen langs het kanaal',
    state: 'optional',
  },
  {
    organisation: 'wolvenrade',
    username: 'joris',
    name: 'Joris Hofman',
    email: 'joris@wolvenrade.example',
    password: 'de klok van het stadhuis',
    state: 'mandatory',
  },
  {
    organisation: 'lichtmis',
    username: 'noor',
    name: 'Noor Bakker',
    email: 'noor@lichtmis.example',
    password: 'fietsbel in de ochtend',
    state: 'mandatory',
  },
  {
    organisation: 'meerzicht',
    username: 'eva@meerzicht.example',
    name: 'Eva Lindeman',
    email: 'eva@meerzicht.example',
    password: 'zeven kikkers in de sloot',
    state: 'invited',
  },
  {
    organisation: 'de-linde',
    username: 'pieter',
    name: 'Pieter Smit',
    email: 'pieter@de-linde.example',
    password: 'schaatsen op natuurijs',
    recoveryCodes: [
      'M4QX-8RTW-C2KP',
      'V9HD-3NZB-6FJE',
      'A7SG-Y5LM-1XQC',
      'K2WP-D8VT-R4HN',
      'E6BJ-Q3CF-Z9MS',
      'T1YN-7GKA-5DWV',
    ],
    passkey: {
      credentialId: 'sOSDgeA3klGK7iJEKcCvENKipqapcsEVBF4MWdREz_w',
      privateKey:
        'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoNo8Y4vAp18BrCP5CPZLH3IUQCgCsRNIVGt4MVjTsd+hRANCAASyd97DNzzsmdnqO8b5lqnmEUnvgxoLrXooUluU57+CtbJfUCP0Cmfy8Z5MeMgnlyHWcLyg/X+1UTN4Kt+e+HgY',
      publicKey:
        'pQECAyYgASFYILJ33sM3POyZ2eo7xvmWqeYRSe-DGguteihSW5Tnv4K1Ilggsl9QI_QKZ_Lxnkx4yCeXIdZwvKD9f7VRM3gq3574eBg',
      userHandle: 'IzrBBjfMR2eWMOpWvTPhd4dJMrMxnx9858tZAePg28F3T2ZJE51jz8DWOI6SZbFKp7Gv99CdwQaQ-5BkrAi8JA',
      rpId: 'localhost',
      signCount: 0,
    },
    state: 'passkey',
  },
  {
    organisation: 'de-linde',
    username: 'wouter',
    name: 'Wouter Jansma',
    email: 'wouter@de-linde.example',
    password: 'mist boven de polder',
    // cspell:disable
    recoveryCodes: [
      '8SWP-2S4J-ZW31',
      '8M6W-WZH2-H5GX',
      '0ZF8-DGXD-V2ME',
      '0TVK-Q040-7WZD',
      'BWQE-8BYJ-C5F1',
      'XF0K-8573-42Z8',
    ],
    phone: {
      name: 'Telefoon van Wouter',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: 'AtFEM0KST_bC0BVfs796a3dvfDyx54KPSADDsejUe5Q',
        y: 'Y9rTD72QPhpbX6dcXIUPggkkaiqUa8nbPJbHtbMO6l0',
        d: 'yLHwviQ8aWvvUKEu26tmGnCcZ2UlzSt1ESmogdlujG8',
      },
      totpSecret: 'X6ARFK6BHJ24E7AMYZKYC772X3XJJWVL',
    },
    // cspell:enable
    state: 'push',
  },
  {
    organisation: 'de-linde',
    username: 'sanne',
    name: 'Sanne Bakker',
    email: 'sanne@de-linde.example',
    password: 'mist boven de uiterwaarden',
    phoneNumber: '+31612345678',
    recoveryCodes: [
      'D4KT-9WQE-M2HZ',
      'P8VX-C3NB-7RJG',
      'Z1SA-F6YM-5KDQ',
      'R7HC-2TWP-X9EV',
      'J5QG-N8BZ-4MSK',
      'Y3XD-A6FV-0PHT',
    ],
    state: 'sms',
  },
  {
    organisation: 'de-linde',
    username: 'hanna',
    name: 'Hanna Postma',
    email: 'hanna@de-linde.example',
    password: 'de balie opent om acht',
    totpSecret: 'QK3Z7XN5WB2LJ6TFD4RYH7VMSOEAGICP',
    recoveryCodes: [
      'W7PA-0M4Q-Z8TK',
      'H3VC-9DNE-2RXJ',
      'B6YS-G1KW-7FQM',
      'T0ZE-4PHA-N5DC',
      'X8RJ-V2MB-3WGK',
      'Q5FN-C7TD-9YHS',
    ],
    state: 'helpdesk',
  },
];

export interface ListedAccount extends DemoAccount {
  organisationName: string;
}

/** The accounts with the names of their organisations. */
export const listedAccounts: readonly ListedAccount[] = demoAccounts.map((account) => ({
  ...account,
  organisationName: demoOrganisations.find(({ id }) => id === account.organisation)?.name ?? account.organisation,
}));
