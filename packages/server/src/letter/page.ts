import type { Language } from '@tweestap/protocol';
import { create } from 'qrcode/lib/core/qrcode.js';
import { sayMoment } from '../mail/moment.ts';
import { escapeHtml, oneLine } from '../mail/page.ts';
import { inLanguage } from '../organisations/policy.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { letterStyles } from './styles.ts';
import { type LetterAbout, letterWords } from './words.ts';

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
