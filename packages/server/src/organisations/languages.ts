/** The languages of mail, letters and an organisation's own words. */
export const languages = ['en', 'nl'] as const;
export type Language = (typeof languages)[number];
