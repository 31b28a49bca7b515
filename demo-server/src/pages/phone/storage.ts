import type { Entry } from './otpauth.ts';

/*
 * The storage of the demo phone: the added entries and the offset of the clock. It uses IndexedDB, because local
 * storage is not suitable for secrets.
 */

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('demo-phone', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('kept');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const request = work(database.transaction('kept', mode).objectStore('kept'));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

/** Reports changes to the other pages of the demo. */
const channel = new BroadcastChannel('demo-phone');

export const addedEntries = async (): Promise<Entry[]> =>
  (await inStore('readonly', (store) => store.get('entries'))) ?? [];

/** Adds an entry. As in real apps, an older entry of the same account stays (K7). */
export async function addEntry(entry: Entry): Promise<void> {
  const others = (await addedEntries()).filter(({ secret }) => secret !== entry.secret);
  await inStore('readwrite', (store) => store.put([...others, entry], 'entries'));
  channel.postMessage('changed');
}

/** How far the clock of the phone is ahead (> 0) or behind (< 0), in milliseconds. */
export const clockOffset = async (): Promise<number> => (await inStore('readonly', (store) => store.get('clock'))) ?? 0;

export async function setClockOffset(offset: number): Promise<void> {
  await inStore('readwrite', (store) => store.put(offset, 'clock'));
  channel.postMessage('changed');
}

export const onPhoneChange = (listener: () => void): void => channel.addEventListener('message', listener);
