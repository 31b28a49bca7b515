/** The matrix core of `qrcode`: no file, no canvas, no command line. */
declare module 'qrcode/lib/core/qrcode.js' {
  export interface Matrix {
    modules: { size: number; get(row: number, column: number): number };
  }
  export const create: (text: string, options: { errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H' }) => Matrix;
}
