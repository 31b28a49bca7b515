/** An account of the demo, as `GET /demo/accounts.json` gives it. */
export interface Account {
  organisation: string;
  organisationName: string;
  username: string;
  password: string;
  totpSecret?: string;
  recoveryCodes?: string[];
  state: string;
}

/** The accounts of the demo; none when the server doesn't answer. */
export async function demoAccounts(): Promise<Account[]> {
  try {
    const response = await fetch('/demo/accounts.json');
    return response.ok ? ((await response.json()) as { accounts: Account[] }).accounts : [];
  } catch {
    return [];
  }
}
