/**
 * The language of the organisation's own texts that a browser prefers, of those that there are; `en` when it prefers
 * neither (RFC 9110 §12.5.4).
 */
export function languageOf(header: string | undefined): 'en' | 'nl' {
  let best: { language: 'en' | 'nl'; weight: number } = { language: 'en', weight: 0 };
  for (const part of (header ?? '').slice(0, 200).split(',')) {
    const [, language, q] = /^\s*(en|nl)(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i.exec(part) ?? [];
    const weight = Number(q ?? 1);
    if (language && weight > best.weight) best = { language: language.toLowerCase() as 'en' | 'nl', weight };
  }
  return best.language;
}
