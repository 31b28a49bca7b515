import { expect } from '@open-wc/testing';
import '../mfa-approve/mfa-approve.ts';
import '../mfa-enroll/mfa-enroll.ts';
import '../mfa-login/mfa-login.ts';
import '../mfa-settings/mfa-settings.ts';
import { mountPhone, phoneScenarios } from './approve-states.ts';
import { settingsScenarios } from './settings-states.ts';
import { mount, scenarios } from './states.ts';

const schemes = ['light', 'dark'] as const;
const languages = ['en', 'nl'] as const;

const states = Object.entries({ ...scenarios, ...settingsScenarios }).map(
  ([name, scenario]) => [name, (main: Element, lang: string) => mount(scenario, main, { lang })] as const,
);
const phoneStates = Object.entries(phoneScenarios).map(
  ([name, scenario]) => [name, (main: Element, lang: string) => mountPhone(scenario, main, { lang })] as const,
);

for (const [name, show] of [...states, ...phoneStates]) {
  describe(`R89 axe finds no violation in ${name}`, () => {
    for (const language of languages) {
      for (const scheme of schemes) {
        it(`${language}, ${scheme}`, async () => {
          const main = document.body.appendChild(document.createElement('main'));
          main.style.colorScheme = scheme;
          main.style.background = scheme === 'dark' ? '#14181a' : '#fff';
          try {
            const { element } = await show(main, language);
            expect(element.shadowRoot?.querySelector('h2')?.textContent).to.have.length.above(3);
            expect(element.shadowRoot?.textContent).not.to.match(/\{[a-z]+\}|undefined|NaN/);
            expect(element.shadowRoot?.querySelector('[style]'), 'R77 no inline style').to.equal(null);
            for (const animation of element.shadowRoot?.getAnimations() ?? []) animation.cancel();
            await expect(element).to.be.accessible({
              ignoredRules: ['region', 'landmark-one-main', 'page-has-heading-one'],
            });
          } finally {
            main.remove();
          }
        });
      }
    }
  });
}
