import type { Language, Text } from '../messages.ts';
import type { en } from './en.ts';

/** The key of a text of the phone's side. */
export type ApproveKey = keyof typeof en;
/** The texts of the phone's side in one language. */
export type ApproveMessages = Readonly<Record<ApproveKey, Text>>;

/** The texts of the phone's side alone: no login fetches them. */
export const approveCatalogues: Record<Language, () => Promise<ApproveMessages>> = {
  en: async () => (await import('./en.ts')).en,
  nl: async () => (await import('./nl.ts')).nl,
};
