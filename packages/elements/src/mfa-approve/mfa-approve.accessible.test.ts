import './mfa-approve.ts';
import { testAccessible } from '../testing/accessible.ts';
import { mountPhone, phoneScenarios } from '../testing/approve-states.ts';

testAccessible(
  Object.fromEntries(
    Object.entries(phoneScenarios).map(([name, scenario]) => [
      name,
      (main, lang) => mountPhone(scenario, main, { lang }),
    ]),
  ),
);
