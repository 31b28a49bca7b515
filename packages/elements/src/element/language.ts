import { first } from '../locales/first.ts';
import type { Language } from '../locales/messages.ts';

const isKnown = (language: string): language is Language => Object.hasOwn(first, language);

/** The tag of the nearest ancestor that has one, over the borders of shadow trees. */
const tagOf = (start: Element): string => {
  for (let node: Element | null = start; node; ) {
    const found: Element | null = node.closest('[lang]');
    if (found) return found.getAttribute('lang') ?? '';
    const root: Node = node.getRootNode();
    node = root instanceof ShadowRoot ? root.host : null;
  }
  return '';
};

/** The language of an element's texts: its own, else the nearest ancestor's, as far as there is a catalogue; else English. */
export const languageOf = (element: Element): Language => {
  const language = tagOf(element).toLowerCase().split('-')[0] ?? '';
  return isKnown(language) ? language : 'en';
};
