import { create } from 'qrcode/lib/core/qrcode.js';

/** The size of a module in pixels, and of the margin in modules (ISO/IEC 18004 §6.3.8). */
const MODULE_PX = 5;
const MARGIN = 4;

/**
 * A QR code of tables in plain HTML. Email programs block images until the user allows them, and images that are attached are
 * often removed. Each row is a table of its own, so that runs of modules of one colour are one cell.
 */
export function qrTable(text: string): string {
  const { modules } = create(text, { errorCorrectionLevel: 'L' });
  const { size } = modules;
  const isDark = (row: number, column: number): boolean =>
    row >= 0 && column >= 0 && row < size && column < size && modules.get(row, column) === 1;
  const width = size + 2 * MARGIN;
  const rows = Array.from({ length: width }, (_, row) =>
    rowTable(Array.from({ length: width }, (_, column) => isDark(row - MARGIN, column - MARGIN))),
  );
  return `<div role="presentation" style="margin:0 0 16px;background:#ffffff;line-height:0">${rows.join('')}</div>`;
}

function rowTable(dark: readonly boolean[]): string {
  const cells: string[] = [];
  for (let start = 0; start < dark.length; ) {
    let end = start + 1;
    while (end < dark.length && dark[end] === dark[start]) end += 1;
    const colour = dark[start] ? '#000000' : '#ffffff';
    cells.push(`<td width="${(end - start) * MODULE_PX}" height="${MODULE_PX}" bgcolor="${colour}"></td>`);
    start = end;
  }
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>${cells.join('')}</tr></table>`;
}
