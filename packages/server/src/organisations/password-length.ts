import type { Policy } from './schema.ts';

/** D10: 8 where a second factor is asked at every login. */
const BESIDE_A_FACTOR = 8;
/** D10: 15 where the password may stand alone: an optional factor, or a remembered device. */
const ALONE = 15;

/** The shortest password that an organisation's policy allows, in characters. */
export function minPasswordLength({ factor, remember }: Policy): number {
  const alwaysAsked = factor === 'mandatory' && remember.choices.every((choice) => choice === 'never');
  return alwaysAsked ? BESIDE_A_FACTOR : ALONE;
}
