import type { Language } from '@tweestap/protocol';

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

/** A mail in parts, as both of its forms are made of them. Plain text throughout. */
export interface Parts {
  language: Language;
  subject: string;
  greeting: string;
  text: readonly string[];
  button: { words: string; url: string } | undefined;
  notMe: readonly string[];
  help: { text: string; url: string | undefined } | undefined;
  organisation: string;
  /** Whose account it is, and that nobody reads answers. */
  footer: readonly string[];
  /** Addresses that may become links where they stand in a paragraph. */
  addresses: readonly string[];
}

/** The text part: what is read where HTML is not, and by people who prefer it. Their program breaks the lines. */
export function textPart(parts: Parts): string {
  const { greeting, text, button, notMe, help, organisation, footer } = parts;
  const paragraphs = [
    greeting,
    ...text,
    ...(button ? [`${button.words}:\n${button.url}`] : []),
    ...notMe,
    ...(help ? [[help.text, help.url].filter(Boolean).join('\n')] : []),
    organisation,
    ['--', ...footer].join('\n'),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

const INK = 'color:#1d2b2e';
const SOFT = 'color:#4d5c60;font-size:14px';
const FONT = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const BUTTON =
  'display:inline-block;padding:12px 20px;border-radius:8px;background:#0b5a60;color:#ffffff;text-decoration:none;font-weight:600';

/**
 * The HTML part: one column, nothing fetched from anywhere, so that a mail tells nobody when it is read. Every value
 * passes `escapeHtml` (R78).
 */
export function htmlPart(parts: Parts): string {
  const { language, subject, greeting, text, button, notMe, help, organisation, footer, addresses } = parts;
  const p = (words: string, style = ''): string =>
    `<p style="margin:0 0 16px${style && `;${style}`}">${linked(words, addresses)}</p>`;
  const action = button
    ? `<p style="margin:8px 0 8px"><a href="${escapeHtml(button.url)}" style="${BUTTON}">${escapeHtml(button.words)}</a></p>
${p(button.url, `${SOFT};word-break:break-all`)}`
    : '';
  const lines = [
    p(greeting),
    ...text.map((words) => p(words)),
    action,
    `<div style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid #c9d3d5">`,
    ...notMe.map((words) => p(words, SOFT)),
    ...(help ? [p([help.text, help.url].filter(Boolean).join(' '), SOFT)] : []),
    `</div>`,
    p(organisation),
    ...footer.map((words) => p(words, `${SOFT};margin:0`)),
  ];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(subject)}</title>
</head>
<body style="margin:0;padding:0;background:#ffffff">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px"><tr><td align="left" style="${FONT};font-size:16px;line-height:1.5;${INK}">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:600">${escapeHtml(subject)}</h1>
${lines.filter((line) => line !== '').join('\n')}
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

/** The words as text, and only the addresses that we know as links. */
function linked(words: string, addresses: readonly string[]): string {
  const known = addresses.find((address) => words.includes(address));
  if (known === undefined) return escapeHtml(words);
  const at = words.indexOf(known);
  const href = escapeHtml(known);
  const [before, after] = [words.slice(0, at), words.slice(at + known.length)];
  return `${escapeHtml(before)}<a href="${href}" style="color:#0b5a60">${href}</a>${escapeHtml(after)}`;
}
