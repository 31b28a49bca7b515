import type { APIRequestContext } from '@playwright/test';

/** A message as `GET /demo/outbox.json` gives it. */
export interface Message {
  channel: 'mail';
  to: string;
  subject: string;
  text: string;
  links: string[];
  at: string;
}

/** What the demo would have mailed to an address, the newest first. */
export async function mailTo(request: APIRequestContext, address: string): Promise<Message[]> {
  const { messages } = (await (await request.get('/demo/outbox.json')).json()) as { messages: Message[] };
  return messages.filter(({ to }) => to === address);
}
