import type { Acr, Amr } from '@tweestap/protocol';
import type { Facts } from './facts.ts';

/** What a session says about how its holder proved herself. Times in ms since the epoch. */
export interface Assurance {
  amr: Amr[];
  acr: Acr;
  /** When a second factor was last really verified. */
  factorTime: number | null;
  /** Whether that factor was a recovery code. */
  recovery: boolean;
}

const PASSWORD_ONLY: Amr[] = ['pwd'];
/** RFC 8176 §2; a code of an app and a recovery code are both one-time passwords. */
const TWO_FACTORS: Amr[] = ['pwd', 'otp', 'mfa'];

/**
 * The truth table of R69. A factor proven in this flow is AAL2; a remembered device stands in for one at AAL1, and says
 * when the last real one was (D1).
 */
export function assuranceOf({ factor, enrolled, remembered }: Facts): Assurance {
  const proven = Math.max(factor?.at ?? 0, enrolled?.at ?? 0);
  if (factor || enrolled) {
    return { amr: [...TWO_FACTORS], acr: 'aal2', factorTime: proven, recovery: factor?.method === 'recovery-code' };
  }
  return { amr: [...PASSWORD_ONLY], acr: 'aal1', factorTime: remembered?.factorTime ?? null, recovery: false };
}
