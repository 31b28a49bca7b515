import { create } from 'qrcode/lib/core/qrcode.js';

/** Light modules around the symbol, ISO/IEC 18004 §6.3.8. */
const QUIET = 4;

/** A QR code as SVG: one path of the dark modules' runs, and nothing that a strict policy would refuse. `label` is markup. */
export function qrSvg(text: string, label: string): string {
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
