import type { Account, AccountEvent, Duration } from '@tweestap/protocol';
import type { Transport } from './transport.ts';

/** What the holder of a session may see and change of the own account. Every call rejects with an `MfaProblem`. */
export interface AccountClient {
  get(): Promise<Account>;
  /** How long 'remember me' remembers, one of `rememberChoices`. */
  setRememberFor(duration: Duration): Promise<Account>;
  renameFactor(id: string, name: string): Promise<Account>;
  /** Needs a fresh step-up. */
  removeFactor(id: string): Promise<void>;
  forgetDevice(id: string): Promise<void>;
  forgetDevices(): Promise<void>;
  /** Signs out everywhere else. */
  endOtherSessions(): Promise<void>;
  /** What happened to the account lately, newest first. */
  events(): Promise<AccountEvent[]>;
  /** 'This was not me': all other sessions, all devices and all flows end. What comes next is a new password. */
  notMe(eventId: string): Promise<void>;
}

export const createAccountClient = (transport: Transport): AccountClient => {
  const account = async (method: 'GET' | 'PATCH', path: string, body?: unknown): Promise<Account> =>
    (await transport({ method, path, body })).body as Account;
  const remove = async (path: string): Promise<void> => {
    await transport({ method: 'DELETE', path });
  };
  return {
    get: () => account('GET', '/account'),
    setRememberFor: (rememberFor) => account('PATCH', '/account', { rememberFor }),
    renameFactor: (id, name) => account('PATCH', `/account/factors/${encodeURIComponent(id)}`, { name }),
    removeFactor: (id) => remove(`/account/factors/${encodeURIComponent(id)}`),
    forgetDevice: (id) => remove(`/account/devices/${encodeURIComponent(id)}`),
    forgetDevices: () => remove('/account/devices'),
    endOtherSessions: () => remove('/account/sessions'),
    async events() {
      const { body } = await transport({ method: 'GET', path: '/account/events' });
      return (body as { events: AccountEvent[] }).events;
    },
    async notMe(eventId) {
      const path = `/account/events/${encodeURIComponent(eventId)}`;
      await transport({ method: 'POST', path, body: { report: 'not-me' } });
    },
  };
};
