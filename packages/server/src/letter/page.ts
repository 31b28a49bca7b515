import type { Language } from '@tweestap/protocol';
import { create } from 'qrcode/lib/core/qrcode.js';
import { sayMoment } from '../mail/moment.ts';
import { escapeHtml, oneLine } from '../mail/page.ts';
import { inLanguage } from '../organisations/policy.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { type LetterAbout, letterWords } from './words.ts';

/**
 * The styles of letters, for paper and screen. They are separate from the document, so that a page with a strict CSP
 * can serve them as a file. A document that is one file contains them in its head.
 */
export const letterStyles = `@page { size: A4; margin: 22mm 20mm; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #16222a; font: 11pt/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
.letter { max-width: 170mm; margin: 0 auto; padding: 24px 16px; break-after: page; break-inside: avoid; }
.letter:last-child { break-after: auto; }
.from { margin: 0 0 14mm; padding-bottom: 8px; border-bottom: 1.5px solid #16222a; font-weight: 600; }
.to { margin: 0 0 10mm; }
h1 { margin: 0 0 16px; font-size: 16pt; line-height: 1.3; font-weight: 600; }
p { margin: 0 0 12px; }
.steps { margin: 0; padding: 0 0 0 1.4em; }
.steps li { margin-bottom: 6px; }
.codes { display: grid; grid-template-columns: 52mm 1fr; gap: 8mm; align-items: center; margin: 8mm 0; break-inside: avoid; }
.qr { display: block; width: 52mm; height: 52mm; background: #fff; }
.qr path { fill: #000; }
.codes dl { margin: 0; }
dt { font-size: 9.5pt; color: #46545c; }
dd { margin: 0 0 10px; overflow-wrap: anywhere; }
.mono { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; }
.secret { margin-top: 8mm; padding-top: 10px; border-top: 1px solid #8b979d; font-size: 10pt; }
@media screen { body { background: #eef1f2; } .letter { background: #fff; margin: 16px auto; padding: 22mm 20mm; max-width: 210mm; min-height: 297mm; } }
@media screen and (max-width: 40rem) { .letter { padding: 24px 16px; min-height: 0; margin: 0 auto; } .codes { grid-template-columns: 1fr; } }
@media print { .letter { padding: 0; max-width: none; } }
`;

/** Width of the light margin in modules, by ISO/IEC 18004 §6.3.8. */
const QUIET = 4;

/**
 * Returns a QR code as SVG, with one path for all dark modules and nothing that a strict CSP refuses. `label` is
 * markup.
 */
function qrSvg(text: string, label: string): string {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const at = (row: number, column: number): boolean => column < modules.size && modules.get(row, column) === 1;
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      let run = 0;
      while (at(row, column + run)) run += 1;
      if (run > 0) path += `M${column + QUIET} ${row + QUIET}h${run}v1h-${run}z`;
      column += run;
    }
  }
  const size = modules.size + 2 * QUIET;
  return `<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><path d="${path}"/></svg>`;
}

/** The recipient of one letter. */
interface Addressee {
  username: string;
  name: string | null;
  /** The link, a secret of the user. */
  url: string;
  /** ms since the epoch: when the link expires. */
  expiresAt: number;
}

interface LetterPage {
  about: LetterAbout;
  organisation: OrganisationDefinition;
  language: Language;
  addressees: readonly Addressee[];
  /** Address of the style sheet. Default: the document contains its styles. */
  stylesheet?: string;
}

/** The time zone for organisations that set none. */
const TIME_ZONE = 'Europe/Amsterdam';

/** Returns a printable document with one page for each addressee. All values are escaped as text (R78). Pure. */
export function letterPage(page: LetterPage): string {
  const { about, organisation, language, addressees, stylesheet } = page;
  const words = letterWords[about][language];
  const title = escapeHtml(`${oneLine(organisation.name)}: ${words.heading}`);
  const style =
    stylesheet === undefined
      ? `<style>\n${letterStyles}</style>`
      : `<link rel="stylesheet" href="${escapeHtml(stylesheet)}">`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${style}
</head>
<body>
<main>
${addressees.map((addressee) => letter(addressee, page)).join('\n')}
</main>
</body>
</html>
`;
}

function letter({ username, name, url, expiresAt }: Addressee, { about, organisation, language }: LetterPage): string {
  const words = letterWords[about][language];
  const until = sayMoment(expiresAt, language, organisation.policy.setUp?.timeZone ?? TIME_ZONE);
  const facts = { organisation: oneLine(organisation.name), username: oneLine(username), until };
  const displayName = oneLine(name ?? '');
  const escaped = escapeHtml;
  return `<article class="letter">
<p class="from">${escaped(facts.organisation)}</p>
<p class="to">${escaped(displayName === '' ? facts.username : displayName)}</p>
<h1>${escaped(words.heading)}</h1>
<p>${escaped(words.hello(displayName))}</p>
<p>${escaped(words.lead(facts))}</p>
<ol class="steps">
${words
  .steps(facts)
  .map((step) => `<li>${escaped(step)}</li>`)
  .join('\n')}
</ol>
<div class="codes">
${qrSvg(url, escaped(words.qr))}
<dl>
<dt>${escaped(words.username)}</dt><dd class="mono">${escaped(facts.username)}</dd>
<dt>${escaped(words.link)}</dt><dd class="mono">${escaped(url)}</dd>
<dt>${escaped(words.validUntil)}</dt><dd>${escaped(until)}</dd>
</dl>
</div>
<p>${escaped(words.expired)}${help(organisation, language)}</p>
<p class="secret">${escaped(words.secret)}</p>
</article>`;
}

function help({ help: own }: OrganisationDefinition, language: Language): string {
  return own === undefined ? '' : ` ${escapeHtml(oneLine(inLanguage(own.text, language), 2000))}`;
}
