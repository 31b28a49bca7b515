import type { BrowserContext, Response } from '@playwright/test';
import { test as base, expect } from '@playwright/test';
import type { ApiDocument } from './response-check.ts';
import { createResponseCheck } from './response-check.ts';
import { collectSecrets } from './secrets.ts';

/** The check of each server, by the address of its document. Compiling its schemas takes longer than many a test's requests. */
const checks = new Map<string, Promise<ReturnType<typeof createResponseCheck>>>();

const checkOf = (url: string): Promise<ReturnType<typeof createResponseCheck>> => {
  const load = async () => createResponseCheck((await (await fetch(url)).json()) as ApiDocument);
  const check = checks.get(url) ?? load();
  checks.set(url, check);
  return check;
};

const isApi = (path: string, mountPath: string) => path.startsWith(`${mountPath}/`);

/** Compares every response of the API in a browser context with the server's OpenAPI document. */
export const watchResponses = async (context: BrowserContext, origin: string, mountPath = '/mfa/v1') => {
  const check = await checkOf(`${origin}${mountPath}/openapi.json`);
  const pending: Promise<string[]>[] = [];
  collectSecrets(context, (url) => url.origin === origin && isApi(url.pathname, mountPath));

  const checkResponse = async (response: Response): Promise<string[]> => {
    const request = response.request();
    const { pathname } = new URL(response.url());
    // A stream of events ends with the page. Its events have no schema in the document.
    if ((await response.headerValue('content-type').catch(() => null))?.startsWith('text/event-stream')) return [];
    // After a navigation the browser drops the body, so there is nothing to check.
    const text = await response.text().catch(() => undefined);
    if (text === undefined) return [];
    return check({
      method: request.method(),
      path: pathname,
      status: response.status(),
      contentType: (await response.headerValue('content-type').catch(() => null)) ?? '',
      text,
    });
  };

  context.on('response', (response) => {
    if (new URL(response.url()).origin !== origin || !isApi(new URL(response.url()).pathname, mountPath)) return;
    pending.push(checkResponse(response));
  });

  return {
    /** The differences from the document so far. */
    faults: async (): Promise<string[]> => (await Promise.all(pending)).flat(),
    /** The number of responses so far. */
    count: () => pending.length,
  };
};

/** Playwright's `test`. A test fails when a response of the API differs from the document. */
export const test = base.extend<{ responses: Awaited<ReturnType<typeof watchResponses>> }>({
  responses: [
    async ({ context, baseURL }, use) => {
      const responses = await watchResponses(context, baseURL ?? '');
      await use(responses);
      expect(await responses.faults()).toEqual([]);
    },
    { auto: true },
  ],
});
