import type { Language } from '@tweestap/protocol';
import { qrTable } from './qr-table.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for HTML content and quoted attributes (R78). */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/**
 * Makes a name safe for an email, including its subject and headers (R78). Puts it on one line, and removes characters
 * that reverse, hide or break text. A result longer than `longest` characters is cut off and ends with '…'.
 */
export function oneLine(text: string, longest = 200): string {
  const plain = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim();
  const characters = [...plain];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : plain;
}

/** The parts of an email, from which both its text and its HTML are made. All of them are plain text. */
export interface Parts {
  language: Language;
  subject: string;
  greeting: string;
  text: readonly string[];
  button: { words: string; url: string } | undefined;
  /** A code to enter, on a line of its own. */
  code: string | undefined;
  /** The address to show as a QR code, in the HTML part. */
  qrCode: string | undefined;
  notMe: readonly string[];
  help: { text: string; url: string | undefined } | undefined;
  organisation: string;
  /** Names the account, and says that replies are not read. */
  footer: readonly string[];
  /** The only addresses that become links where a paragraph contains them. */
  addresses: readonly string[];
}

/** Makes the text part, for email programs that do not show HTML. The email program wraps the lines. */
export function textPart(parts: Parts): string {
  const { greeting, text, button, code, notMe, help, organisation, footer } = parts;
  const paragraphs = [
    greeting,
    ...text,
    ...(button ? [`${button.words}:\n${button.url}`] : []),
    ...(code === undefined ? [] : [code]),
    ...notMe,
    ...(help ? [[help.text, help.url].filter(Boolean).join('\n')] : []),
    organisation,
    ['--', ...footer].join('\n'),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

const INK = 'color:#1d2b2e';
const SOFT = 'color:#4d5c60;font-size:14px';
const CODE = 'font-size:28px;font-weight:600;letter-spacing:4px';
const FONT = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const BUTTON =
  'display:inline-block;padding:12px 20px;border-radius:8px;background:#0b5a60;color:#ffffff;text-decoration:none;font-weight:600';

/**
 * Makes the HTML part: one column, without any external resource, so that the sender can't see when the email is read.
 * Every value is escaped with `escapeHtml` (R78).
 */
export function htmlPart(parts: Parts): string {
  const { language, subject, greeting, text, button, code, qrCode, notMe, help, organisation, footer, addresses } =
    parts;
  const p = (words: string, style = ''): string =>
    `<p style="margin:0 0 16px${style && `;${style}`}">${linked(words, addresses)}</p>`;
  const action = button
    ? `<p style="margin:8px 0 8px"><a href="${escapeHtml(button.url)}" style="${BUTTON}">${escapeHtml(button.words)}</a></p>
${p(button.url, `${SOFT};word-break:break-all`)}`
    : '';
  const lines = [
    p(greeting),
    ...text.map((words) => p(words)),
    qrCode === undefined ? '' : qrTable(qrCode),
    action,
    code === undefined ? '' : p(code, CODE),
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

/** Escapes a paragraph, and makes the first known address in it a link. */
function linked(words: string, addresses: readonly string[]): string {
  const known = addresses.find((address) => words.includes(address));
  if (known === undefined) return escapeHtml(words);
  const at = words.indexOf(known);
  const href = escapeHtml(known);
  const [before, after] = [words.slice(0, at), words.slice(at + known.length)];
  return `${escapeHtml(before)}<a href="${href}" style="color:#0b5a60">${href}</a>${escapeHtml(after)}`;
}
