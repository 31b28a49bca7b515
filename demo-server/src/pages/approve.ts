import './plain.ts';
import './styles/approve.css';
import '@tweestap/elements/mfa-approve.js';

const WORKER = '/approve-worker.js';

/** The part of the Trusted Types API that this page uses. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

/** The address of the worker, as the Content-Security-Policy requires it: from the one policy that allows only this address (R77). */
function workerUrl(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('approve-worker', {
    createScriptURL(url) {
      if (url !== WORKER) throw new TypeError(`The policy approve-worker does not allow ${url}.`);
      return url;
    },
  });
  return (policy?.createScriptURL(WORKER) ?? WORKER) as string;
}

/** Registers the service worker, which keeps the app usable without a network and shows notifications. */
async function startWorker(): Promise<void> {
  const element = document.querySelector('mfa-approve');
  if (!element || !('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register(workerUrl(), { scope: '/approve' });
  element.registration = await navigator.serviceWorker.ready;
}

await startWorker();
