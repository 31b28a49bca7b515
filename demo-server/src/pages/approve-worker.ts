/*
 * The service worker of `/approve`. The server puts the list of the page's files in front of this script. It is a classic script:
 * it imports nothing.
 */

/** The files of the page, with hashed names. The server defines it. */
declare const files: readonly string[];

/** An event whose work must be finished before the worker may be stopped. */
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

/** The events of a service worker that this script uses. */
interface WorkerEvents {
  install: WorkerEvent;
  activate: WorkerEvent;
  fetch: WorkerEvent & { request: Request; respondWith(response: Promise<Response>): void };
  push: WorkerEvent & { data: { json(): unknown } | null };
  notificationclick: WorkerEvent & { notification: Notification };
}

/** The page of the app, in a tab or as an installed app. */
interface AppWindow {
  readonly url: string;
  focus(): Promise<unknown>;
}

/** The global scope of a service worker. TypeScript has its types only without those of a page. */
interface WorkerScope {
  readonly location: Location;
  readonly navigator: Navigator;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly AppWindow[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<T extends keyof WorkerEvents>(type: T, listener: (event: WorkerEvents[T]) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const PAGE = '/approve';
/** A new list of files makes a new cache, and the old one is deleted. */
const cacheName = `approve ${files.join()}`;

const texts = {
  en: { title: 'Are you logging in?', body: 'Open the app to approve or stop the login.' },
  nl: { title: 'Ben jij aan het inloggen?', body: 'Open de app om het goed te keuren of tegen te houden.' },
};

/** Loads the page from the network and keeps a copy. Without a network it returns the copy. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(PAGE, response.clone());
    return response;
  } catch (error) {
    const copy = await cache.match(PAGE);
    if (!copy) throw error;
    return copy;
  }
}

/** Returns a file of the page. Its name changes with its content, so the copy is always current. */
const file = async (request: Request): Promise<Response> => (await caches.match(request)) ?? fetch(request);

async function deleteOldCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name)));
}

/** Shows a notification without any data of the login: a locked phone shows it to others too. */
async function notify(): Promise<void> {
  const { title, body } = scope.navigator.language.startsWith('nl') ? texts.nl : texts.en;
  await scope.registration.showNotification(title, { body, tag: 'mfa-request', icon: '/icon-192.png' });
}

async function openApp(): Promise<void> {
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const open = windows.find(({ url }) => new URL(url).pathname === PAGE);
  await (open ? open.focus() : scope.clients.openWindow(PAGE));
}

scope.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll([PAGE, ...files])));
  void scope.skipWaiting();
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([deleteOldCaches(), scope.clients.claim()]));
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== scope.location.origin || request.method !== 'GET') return;
  if (request.mode === 'navigate' && url.pathname === PAGE) event.respondWith(page(request));
  else if (files.includes(url.pathname)) event.respondWith(file(request));
});

scope.addEventListener('push', (event) => event.waitUntil(notify()));

scope.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openApp());
});

export {};
