import type { BrowserContext, Response } from '@playwright/test';
import { test as base, expect } from '@playwright/test';
import type { ApiDocument } from './answer-check.ts';
import { createAnswerCheck } from './answer-check.ts';
import { keepSecrets } from './secrets.ts';

const isApi = (path: string, mountPath: string) => path.startsWith(`${mountPath}/`);

/** Checks every answer of the API that a browser context receives against the document that the server publishes. */
export const watchAnswers = async (context: BrowserContext, origin: string, mountPath = '/mfa/v1') => {
  const published = await context.request.get(`${origin}${mountPath}/openapi.json`);
  const check = createAnswerCheck((await published.json()) as ApiDocument);
  const pending: Promise<string[]>[] = [];
  keepSecrets(context, (url) => url.origin === origin && isApi(url.pathname, mountPath));

  const look = async (response: Response): Promise<string[]> => {
    const request = response.request();
    const { pathname } = new URL(response.url());
    // A page that is left drops its answers: there is no body to look at then.
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
    pending.push(look(response));
  });

  return {
    /** What was not as documented until now. */
    faults: async (): Promise<string[]> => (await Promise.all(pending)).flat(),
    /** How many answers were seen. */
    count: () => pending.length,
  };
};

/** Playwright's `test`, in which every answer of the API must be as the document says. */
export const test = base.extend<{ answers: Awaited<ReturnType<typeof watchAnswers>> }>({
  answers: [
    async ({ context, baseURL }, use) => {
      const answers = await watchAnswers(context, baseURL ?? '');
      await use(answers);
      expect(await answers.faults()).toEqual([]);
    },
    { auto: true },
  ],
});
