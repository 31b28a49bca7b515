import type { Entry } from './otpauth.ts';

/*
 * What the demo phone keeps between pages: entries that were added, and how wrong its clock is. IndexedDB, as a real
 * app would keep secrets out of the web's local storage.
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

/** Tells the other pages of the demo that the phone has changed. */
const channel = new BroadcastChannel('demo-phone');

export const addedEntries = async (): Promise<Entry[]> =>
  (await inStore('readonly', (store) => store.get('entries'))) ?? [];

/** Adds an entry beside the others, as real apps do: also where one of the same account stands there already (K7). */
export async function addEntry(entry: Entry): Promise<void> {
  const others = (await addedEntries()).filter(({ secret }) => secret !== entry.secret);
  await inStore('readwrite', (store) => store.put([...others, entry], 'entries'));
  channel.postMessage('changed');
}

/** Milliseconds that the phone's clock is ahead (> 0) or behind (< 0). */
export const clockOffset = async (): Promise<number> => (await inStore('readonly', (store) => store.get('clock'))) ?? 0;

export async function setClockOffset(offset: number): Promise<void> {
  await inStore('readwrite', (store) => store.put(offset, 'clock'));
  channel.postMessage('changed');
}

export const whenPhoneChanges = (tell: () => void): void => channel.addEventListener('message', tell);
