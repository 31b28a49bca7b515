import '../mfa-enroll/mfa-enroll.ts';
import './mfa-login.ts';
import { testAccessible } from '../testing/accessible.ts';
import { mount, scenarios } from '../testing/states.ts';

testAccessible(
  Object.fromEntries(
    Object.entries(scenarios).map(([name, scenario]) => [name, (main, lang) => mount(scenario, main, { lang })]),
  ),
);
