import type { Step } from '@tweestap/client';
import { given, organisations } from './given.ts';
import { at, begun, help, refused, type Scenario, submitForm, type, until } from './scenario.ts';

/** The states of the first screens, the password and the end, by name. */
export const loginStates: Record<string, Scenario> = {
  'first-organisation': { tag: 'mfa-login', script: { responses: [given.username], organisations } },
  'first-username': {
    tag: 'mfa-login',
    attributes: { organisation: 'de-linde' },
    script: { responses: [given.password] },
  },
  'first-classic': {
    act: (element) => until(() => element.querySelector('[name=password]')),
    tag: 'mfa-login',
    attributes: { layout: 'classic' },
    script: { responses: [given.password], organisations },
  },
  'organisation-open': {
    tag: 'mfa-login',
    script: { responses: [given.username], organisations },
    act: async (element) => {
      type(element, 'organisation', 'de');
      await until(() => element.shadowRoot?.querySelector('[part~=option]'));
    },
  },
  'organisation-missing': {
    tag: 'mfa-login',
    script: { responses: [given.username], organisations },
    act: (element) => submitForm(element),
  },
  username: at(given.username),
  password: at(given.password),
  'password-wrong': refused(given.password, 'password', 'x', { code: 'wrong-credentials' }),
  'password-busy': {
    ...at(given.password, { responses: [given.password, 'never'] }),
    act: async (element) => {
      await begun(element);
      type(element, 'password', 'geheim geheim');
      submitForm(element);
      await element.updateComplete;
    },
  },
  'choose-method': at(given['choose-method']),
  expiring: at(given.totp, { lives: 100 }),
  'long-names': at(
    { ...given.password, username: 'maximiliaan.van-der-westerlaken-oosterhuis@samenwerking.example' },
    {
      organisation: {
        id: 'long',
        name: 'Samenwerkingsverband Passend Onderwijs Hollandse Delta en Omstreken',
        help: { text: help.text.repeat(3) },
      },
    },
  ),
  done: at(given.done),
  unknown: at({ type: 'telepathy', actions: ['submit'] } as unknown as Step),
};
