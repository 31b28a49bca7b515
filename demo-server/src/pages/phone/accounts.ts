/** An account of the demo, as in the response of `GET /demo/accounts.json`. */
export interface Account {
  organisation: string;
  organisationName: string;
  username: string;
  password: string;
  totpSecret?: string;
  recoveryCodes?: string[];
  state: string;
}

/** The accounts of the demo. The list is empty when the request fails. */
export async function demoAccounts(): Promise<Account[]> {
  try {
    const response = await fetch('/demo/accounts.json');
    return response.ok ? ((await response.json()) as { accounts: Account[] }).accounts : [];
  } catch {
    return [];
  }
}
