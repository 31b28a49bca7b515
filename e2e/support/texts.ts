import { type APIRequestContext, expect } from '@playwright/test';
import { mailTo } from './mailbox.ts';

/** The codes that were sent to a phone number, newest first. */
export async function codesTo(request: APIRequestContext, phoneNumber: string): Promise<string[]> {
  const messages = await mailTo(request, phoneNumber);
  return messages.map(({ channel, text }) => {
    expect(channel).toBe('sms');
    const [, code = ''] = /\n@[a-z0-9.-]+ #(\d{6})$/.exec(text) ?? [];
    expect(text.startsWith(code)).toBe(true);
    return code;
  });
}

/** Waits for the next code of a phone number: the one after `known` earlier codes. */
export async function nextCode(request: APIRequestContext, phoneNumber: string, known = 0): Promise<string> {
  await expect.poll(async () => (await codesTo(request, phoneNumber)).length).toBe(known + 1);
  return (await codesTo(request, phoneNumber))[0] ?? '';
}
