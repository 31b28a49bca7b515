import type { Language, Text } from '../messages.ts';
import type { en } from './en.ts';

/** The key of a text of the settings. */
export type SettingsKey = keyof typeof en;
/** The texts of the settings in one language. */
export type SettingsMessages = Readonly<Record<SettingsKey, Text>>;

/** The texts of the settings alone: no login fetches them. */
export const settingsCatalogues: Record<Language, () => Promise<SettingsMessages>> = {
  en: async () => (await import('./en.ts')).en,
  nl: async () => (await import('./nl.ts')).nl,
};
