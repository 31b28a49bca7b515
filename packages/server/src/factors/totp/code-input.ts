/** Spaces of any kind (no-break ones included) and hyphens: authenticator apps group the digits, and people copy that. */
const SEPARATORS = /[\p{Zs}\t\r\n\u002d\u00ad\u2010-\u2015\u2212\ufe63\uff0d]/gu;
/** Longer than any grouping of a code: a longer text is no code, and is not worth a search. */
const MAX_LENGTH = 64;

/**
 * What was typed as a code: the ASCII digits once spaces and hyphens are removed, or null when it is no string, holds
 * anything else, or hasn't exactly `digits` of them (R17).
 */
export function normaliseCode(text: unknown, digits: number): string | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return null;
  const code = text.replace(SEPARATORS, '');
  return code.length === digits && /^[0-9]+$/.test(code) ? code : null;
}
