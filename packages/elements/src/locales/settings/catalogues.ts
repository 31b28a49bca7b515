import type { Language } from '../messages.ts';
import type { en } from './en.ts';

export type SettingsMessages = typeof en;
export type SettingsKey = keyof SettingsMessages;

/** The texts of the settings alone: no login fetches them. */
export const settingsCatalogues: Record<Language, () => Promise<SettingsMessages>> = {
  en: async () => (await import('./en.ts')).en,
  nl: async () => (await import('./nl.ts')).nl,
};
