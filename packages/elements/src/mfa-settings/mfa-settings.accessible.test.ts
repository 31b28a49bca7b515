import './mfa-settings.ts';
import { testAccessible } from '../testing/accessible.ts';
import { settingsScenarios } from '../testing/settings-states.ts';
import { mount } from '../testing/states/scenario.ts';

testAccessible(
  Object.fromEntries(
    Object.entries(settingsScenarios).map(([name, scenario]) => [
      name,
      (main, lang) => mount(scenario, main, { lang }),
    ]),
  ),
);
