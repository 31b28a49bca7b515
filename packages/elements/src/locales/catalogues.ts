import type { Language, Messages } from './messages.ts';

/** The list of languages: the texts after the first screen, fetched beside the flow's half. */
export const catalogues: Record<Language, () => Promise<Partial<Messages>>> = {
  en: async () => (await import('./en.ts')).en,
  nl: async () => (await import('./nl.ts')).nl,
};
