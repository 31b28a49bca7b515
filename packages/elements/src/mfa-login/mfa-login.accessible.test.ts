import '../mfa-enroll/mfa-enroll.ts';
import './mfa-login.ts';
import { testAccessible } from '../testing/accessible.ts';
import { mount } from '../testing/states/scenario.ts';
import { scenarios } from '../testing/states/scenarios.ts';

testAccessible(
  Object.fromEntries(
    Object.entries(scenarios).map(([name, scenario]) => [name, (main, lang) => mount(scenario, main, { lang })]),
  ),
);
