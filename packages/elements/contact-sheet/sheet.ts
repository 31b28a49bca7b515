import '../src/index.ts';
import { mountPhone, phoneScenarios } from '../src/testing/approve-states.ts';
import { settingsScenarios } from '../src/testing/settings-states.ts';
import { mount } from '../src/testing/states/scenario.ts';
import { scenarios } from '../src/testing/states/scenarios.ts';

/** Shows one element in one state, for example `?scenario=totp&lang=nl`. */
const query = new URLSearchParams(location.search);
const name = query.get('scenario') ?? 'first-username';
const scenario = { ...scenarios, ...settingsScenarios }[name];
document.documentElement.lang = query.get('lang') ?? 'en';
if (query.has('dir')) document.documentElement.dir = query.get('dir') ?? '';
if (query.has('text')) document.documentElement.style.fontSize = query.get('text') ?? '';
if (scenario) await mount(scenario, document.body);
const phone = phoneScenarios[name];
if (phone) await mountPhone(phone, document.body);
document.documentElement.dataset.ready = '';
