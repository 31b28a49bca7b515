/** The part of `qrcode` that computes the modules. It has no code for files, canvases or the command line. */
declare module 'qrcode/lib/core/qrcode.js' {
  /** A QR code. */
  export interface Matrix {
    /** The square of modules; `get` returns 1 for a dark module. */
    modules: { size: number; get(row: number, column: number): number };
  }
  /** Encodes a text as a QR code. */
  export const create: (text: string, options: { errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H' }) => Matrix;
}
