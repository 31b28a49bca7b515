import type { StepOf } from '@tweestap/protocol';

type App = StepOf<'enroll-totp'>['apps'][number];

/** Free apps that make RFC 6238 codes, per system (K10, P4). Any other one does as well. */
export const authenticatorApps: readonly App[] = [
  { name: 'Aegis', system: 'android', url: 'https://play.google.com/store/apps/details?id=com.beemdevelopment.aegis' },
  { name: '2FAS', system: 'android', url: 'https://play.google.com/store/apps/details?id=com.twofasapp' },
  {
    name: 'Google Authenticator',
    system: 'android',
    url: 'https://play.google.com/store/apps/details?id=com.google.android.apps.authenticator2',
  },
  {
    name: 'Microsoft Authenticator',
    system: 'android',
    url: 'https://play.google.com/store/apps/details?id=com.azure.authenticator',
  },
  {
    name: 'LastPass Authenticator',
    system: 'android',
    url: 'https://play.google.com/store/apps/details?id=com.lastpass.authenticator',
  },
  // Without a store account, also for old phones.
  { name: 'Aegis (F-Droid)', system: 'android', url: 'https://f-droid.org/packages/com.beemdevelopment.aegis/' },
  { name: '2FAS', system: 'ios', url: 'https://apps.apple.com/app/2fa-authenticator-2fas/id1217793794' },
  { name: 'Google Authenticator', system: 'ios', url: 'https://apps.apple.com/app/google-authenticator/id388497605' },
  {
    name: 'Microsoft Authenticator',
    system: 'ios',
    url: 'https://apps.apple.com/app/microsoft-authenticator/id983156458',
  },
  {
    name: 'LastPass Authenticator',
    system: 'ios',
    url: 'https://apps.apple.com/app/lastpass-authenticator/id1079110004',
  },
  { name: 'Authenticator (browser extension)', system: 'desktop', url: 'https://authenticator.cc/' },
  { name: 'KeePassXC', system: 'desktop', url: 'https://keepassxc.org/download/' },
];
