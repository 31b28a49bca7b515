import { join } from 'node:path';
import type { Page } from '@playwright/test';

export const languages = ['en', 'nl'] as const;
export const themes = ['light', 'dark'] as const;
export const widths = [320, 768, 1280] as const;

export type Language = (typeof languages)[number];

/** A screenshot: its language, its theme and its width. */
export interface Variant {
  readonly lang: Language;
  readonly theme: (typeof themes)[number];
  readonly width: (typeof widths)[number];
}

/** All screenshots of a screen, in the order of its contact sheet. */
export const variants: readonly Variant[] = languages.flatMap((lang) =>
  themes.flatMap((theme) => widths.map((width) => ({ lang, theme, width }))),
);

/** The name of a screenshot's file. */
export const fileOf = (name: string, { lang, theme, width }: Variant): string =>
  `${name}-${lang}-${theme}-${width}.png`;

/** Takes the screenshots of one language. */
export class Camera {
  readonly #folder: string;
  readonly #lang: Language;
  /** The screens that were taken, in the order of the walks. */
  readonly names: string[] = [];

  constructor(folder: string, lang: Language) {
    this.#folder = folder;
    this.#lang = lang;
  }

  /**
   * Takes a screen in all widths and themes.
   * @param withPanel also shows the evaluator's panel, which would otherwise be most of each picture
   */
  async shoot(name: string, page: Page, { withPanel = false } = {}): Promise<void> {
    if (this.names.includes(name)) throw new Error(`Duplicate screen "${name}".`);
    this.names.push(name);
    await showPanel(page, withPanel);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme });
        const path = join(this.#folder, fileOf(name, { lang: this.#lang, theme, width }));
        await page.screenshot({ path, fullPage: true });
      }
    }
    await showPanel(page, true);
  }
}

const showPanel = (page: Page, isShown: boolean): Promise<void> =>
  page.evaluate(
    (display) => {
      const panel = document.querySelector<HTMLElement>('.evaluator');
      if (panel) panel.style.display = display;
    },
    isShown ? '' : 'none',
  );
