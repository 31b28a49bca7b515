import { z } from 'zod';

/** A text that is not empty, without the spaces around it. */
export const text = (max: number) => z.string().trim().min(1).max(max);

/** One text for all languages, or one per language. */
export const words = (max: number) => z.union([text(max), z.strictObject({ en: text(max), nl: text(max) })]);

/** A text of the organisation, with an optional link. */
export const organisationText = z.strictObject({
  text: words(2000).meta({ description: 'The text. It is always shown as plain text.' }),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ description: 'The address of a page with more, shown as a link.' }),
});
