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
