import type { Account, Duration } from '@tweestap/protocol';
import type { Transport } from './transport.ts';

/** What the holder of a session may see and change of the own account. Every call rejects with an `MfaProblem`. */
export interface AccountClient {
  get(): Promise<Account>;
  /** How long 'remember me' remembers, one of `rememberChoices`. */
  setRememberFor(duration: Duration): Promise<void>;
  renameFactor(id: string, name: string): Promise<void>;
  /** Needs a fresh step-up. */
  removeFactor(id: string): Promise<void>;
  forgetDevice(id: string): Promise<void>;
  forgetDevices(): Promise<void>;
}

export const createAccountClient = (transport: Transport): AccountClient => {
  const change = async (method: 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<void> => {
    await transport({ method, path, body });
  };
  return {
    get: async () => (await transport({ method: 'GET', path: '/account' })).body as Account,
    setRememberFor: (rememberFor) => change('PATCH', '/account', { rememberFor }),
    renameFactor: (id, name) => change('PATCH', `/account/factors/${encodeURIComponent(id)}`, { name }),
    removeFactor: (id) => change('DELETE', `/account/factors/${encodeURIComponent(id)}`),
    forgetDevice: (id) => change('DELETE', `/account/devices/${encodeURIComponent(id)}`),
    forgetDevices: () => change('DELETE', '/account/devices'),
  };
};
