/** What one address, and one device, may get wrong. Windows are fixed, not sliding. */
export interface ThrottleSettings {
  /** Failed passwords and asked mails of one address in a window, over all organisations. */
  failures: number;
  /** Wrong codes of one address in a window, over all accounts. */
  codes: number;
  /** Failures of one address, or of one known device, on one account in a window. */
  perAccount: number;
  /** Accounts whose login may stop after a right password at one address in an hour. */
  stopped: number;
  /** ms. */
  window: number;
}

/** Used where nothing else is configured. */
export const DEFAULT_THROTTLE: ThrottleSettings = {
  failures: 300,
  codes: 300,
  perAccount: 30,
  stopped: 100,
  window: 600_000,
};
