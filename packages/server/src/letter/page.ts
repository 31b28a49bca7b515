import type { Language } from '@tweestap/protocol';
import { create } from 'qrcode/lib/core/qrcode.js';
import { sayMoment } from '../mail/moment.ts';
import { escapeHtml, oneLine } from '../mail/page.ts';
import { inLanguage } from '../organisations/policy.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { type LetterAbout, letterWords } from './words.ts';

/**
 * How letters look, on paper first. Apart from the document, so that a page under a strict policy can serve it as a file;
 * a document that is kept as one file carries it in its head.
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

/** Light modules around the symbol, ISO/IEC 18004 §6.3.8. */
const QUIET = 4;

/** A QR code as SVG: one path of the dark modules' runs, and nothing that a strict policy would refuse. `label` is markup. */
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

/** One person's letter. */
interface Addressee {
  username: string;
  name: string | null;
  /** The link: a secret of that user. */
  url: string;
  /** ms since the epoch. */
  expiresAt: number;
}

interface LetterPage {
  about: LetterAbout;
  organisation: OrganisationDefinition;
  language: Language;
  people: readonly Addressee[];
  /** Address of the style sheet; left out, the document carries it. */
  stylesheet?: string;
}

/** Of organisations that name none. */
const TIME_ZONE = 'Europe/Amsterdam';

/** A printable document, a page for each person; everything of theirs stands in it as text (R78). Pure. */
export function letterPage(page: LetterPage): string {
  const { about, organisation, language, people, stylesheet } = page;
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
${people.map((person) => letter(person, page)).join('\n')}
</main>
</body>
</html>
`;
}

function letter({ username, name, url, expiresAt }: Addressee, { about, organisation, language }: LetterPage): string {
  const words = letterWords[about][language];
  const until = sayMoment(expiresAt, language, organisation.policy.setUp?.timeZone ?? TIME_ZONE);
  const facts = { organisation: oneLine(organisation.name), username: oneLine(username), until };
  const called = oneLine(name ?? '');
  const say = escapeHtml;
  return `<article class="letter">
<p class="from">${say(facts.organisation)}</p>
<p class="to">${say(called === '' ? facts.username : called)}</p>
<h1>${say(words.heading)}</h1>
<p>${say(words.hello(called))}</p>
<p>${say(words.lead(facts))}</p>
<ol class="steps">
${words
  .steps(facts)
  .map((step) => `<li>${say(step)}</li>`)
  .join('\n')}
</ol>
<div class="codes">
${qrSvg(url, say(words.qr))}
<dl>
<dt>${say(words.username)}</dt><dd class="mono">${say(facts.username)}</dd>
<dt>${say(words.link)}</dt><dd class="mono">${say(url)}</dd>
<dt>${say(words.good)}</dt><dd>${say(until)}</dd>
</dl>
</div>
<p>${say(words.late)}${help(organisation, language)}</p>
<p class="secret">${say(words.secret)}</p>
</article>`;
}

function help({ help: own }: OrganisationDefinition, language: Language): string {
  return own === undefined ? '' : ` ${escapeHtml(oneLine(inLanguage(own.text, language), 2000))}`;
}
