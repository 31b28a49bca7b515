import { expect } from '@open-wc/testing';

/** Puts an element in a state inside `main`, in a language. */
export type Show = (main: Element, lang: string) => Promise<{ element: Element }>;

/** Both languages and both schemes. What axe finds in a language does not depend on the scheme, so each is shown once. */
const looks = [
  { language: 'en', scheme: 'light' },
  { language: 'nl', scheme: 'dark' },
] as const;

/** Tests that axe finds no violation in any of the states. */
export function testAccessible(states: Readonly<Record<string, Show>>): void {
  for (const [name, show] of Object.entries(states)) {
    describe(`R89 axe finds no violation in ${name}`, () => {
      for (const { language, scheme } of looks) {
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
    });
  }
}
