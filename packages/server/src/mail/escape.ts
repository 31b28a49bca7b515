const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it, also inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/**
 * A name as it may stand in a mail, subject and headers included: on one line, and without the characters that turn
 * writing round, hide or break it (R78). At most `longest` characters.
 */
export function oneLine(text: string, longest = 200): string {
  const plain = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim();
  const signs = [...plain];
  return signs.length > longest ? `${signs.slice(0, longest - 1).join('')}…` : plain;
}
