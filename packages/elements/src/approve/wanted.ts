/** What the page's address asks the phone for. */
export interface Wanted {
  /** The link of an account to link. */
  readonly token?: string | undefined;
  /** The code that confirms a link that was opened before. */
  readonly code?: string | undefined;
  /** The login to show. */
  readonly request?: string | undefined;
}
