import { first, type Language } from '../locales/messages.ts';

const isKnown = (language: string): language is Language => Object.hasOwn(first, language);

/** Returns the language tag of the element or its nearest ancestor that has one, across shadow roots; '' if there is none. */
const tagOf = (start: Element): string => {
  for (let node: Element | null = start; node; ) {
    const found: Element | null = node.closest('[lang]');
    if (found) return found.getAttribute('lang') ?? '';
    const root: Node = node.getRootNode();
    node = root instanceof ShadowRoot ? root.host : null;
  }
  return '';
};

/** Returns the language of the element or its nearest ancestor, or English if there are no texts in that language. */
export const languageOf = (element: Element): Language => {
  const language = tagOf(element).toLowerCase().split('-')[0] ?? '';
  return isKnown(language) ? language : 'en';
};
