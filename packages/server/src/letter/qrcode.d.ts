/** The part of `qrcode` that calculates the matrix, without files, canvas and command line. */
declare module 'qrcode/lib/core/qrcode.js' {
  /** A QR code as a square of modules. */
  export interface Matrix {
    /** `get` returns 1 for a dark module and 0 for a light one. */
    modules: { size: number; get(row: number, column: number): number };
  }
  /** Creates the QR code of a text. */
  export const create: (text: string, options: { errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H' }) => Matrix;
}
