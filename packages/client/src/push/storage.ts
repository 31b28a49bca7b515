import type { PushAccount, PushDevice } from '@tweestap/protocol';
import type { CodeKey, DeviceKey } from './keys.ts';

/** One linked account, as it is stored on the phone. */
export interface StoredLink {
  /** The id of the device on the server. */
  readonly id: string;
  /** The device, as the server last sent it. */
  readonly device: PushDevice;
  /** The account, as the server last sent it. */
  readonly account: PushAccount;
  /** The key of this account. */
  readonly key: DeviceKey;
  /** The key of the codes, once the device is linked. */
  readonly codes?: CodeKey | undefined;
}

/** Where the linked accounts are stored. It must store a `CryptoKey` as it is. */
export interface KeyStorage {
  /** Returns all linked accounts. */
  all(): Promise<StoredLink[]>;
  /** Adds or replaces a linked account. */
  put(link: StoredLink): Promise<void>;
  /** Removes a linked account. */
  remove(id: string): Promise<void>;
}

const STORE = 'links';

const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const open = (name: string): Promise<IDBDatabase> => {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
  return resultOf(request);
};

/** Makes a storage in IndexedDB, the only one of the browser that stores a key without revealing it. */
export const indexedDbStorage = (name: string): KeyStorage => {
  const inStore = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const database = await open(name);
    try {
      return await resultOf(work(database.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      database.close();
    }
  };
  return {
    all: () => inStore<StoredLink[]>('readonly', (store) => store.getAll()),
    put: async (link) => void (await inStore('readwrite', (store) => store.put(link))),
    remove: async (id) => void (await inStore('readwrite', (store) => store.delete(id))),
  };
};
