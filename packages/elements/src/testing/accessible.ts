import { expect } from '@open-wc/testing';
import { endAnimations } from './animations.ts';

/** Puts an element in a state inside `main`, in a language. */
export type Show = (main: Element, lang: string) => Promise<{ element: Element }>;

const languages = ['en', 'nl'] as const;
const pages = { light: '#fff', dark: '#14181a' } as const;

/**
 * Tests that axe finds no violation in any of the states, in both schemes. What axe finds does not depend on the language, so the
 * states take turns.
 */
export function testAccessible(states: Readonly<Record<string, Show>>): void {
  for (const [index, [name, show]] of Object.entries(states).entries()) {
    const language = languages[index % 2] ?? 'en';
    it(`R89 axe finds no violation in ${name} (${language}, light and dark)`, async () => {
      const main = document.body.appendChild(document.createElement('main'));
      setScheme(main, 'light');
      try {
        const { element } = await show(main, language);
        expect(element.shadowRoot?.querySelector('h2')?.textContent).to.have.length.above(3);
        expect(element.shadowRoot?.textContent).not.to.match(/\{[a-z]+\}|undefined|NaN/);
        expect(element.shadowRoot?.querySelector('[style]'), 'R77 no inline style').to.equal(null);
        await expectAccessible(element);
        setScheme(main, 'dark');
        await expectAccessible(element);
      } finally {
        main.remove();
      }
    });
  }
}

function setScheme(main: HTMLElement, scheme: keyof typeof pages): void {
  main.style.colorScheme = scheme;
  main.style.background = pages[scheme];
}

async function expectAccessible(element: Element): Promise<void> {
  endAnimations(element);
  await expect(element).to.be.accessible({ ignoredRules: ['region', 'landmark-one-main', 'page-has-heading-one'] });
}
