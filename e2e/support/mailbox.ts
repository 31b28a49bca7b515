import type { APIRequestContext, Page } from '@playwright/test';

/** A message in the response of `GET /demo/outbox.json`. */
export interface Message {
  channel: 'mail' | 'sms';
  to: string;
  /** Only of an email. */
  subject?: string;
  text: string;
  links: string[];
  at: string;
}

/** Stops the updates of the mailbox page, which would otherwise reload when a parallel test causes an email. */
export async function stopUpdates(page: Page): Promise<void> {
  await page.route('**/demo/outbox.json', (route) => route.abort());
}

/** The messages that the demo would have sent to an address or a phone number, newest first. */
export async function mailTo(request: APIRequestContext, address: string): Promise<Message[]> {
  const { messages } = (await (await request.get('/demo/outbox.json')).json()) as { messages: Message[] };
  return messages.filter(({ to }) => to === address);
}
