import type { Refused } from './ask.ts';
import { say } from './words.ts';

/** Why something did not work; the server's own sentence where we have none in the reader's language. */
export function why({ code, message }: Refused): string {
  if (code === 'not-allowed' && message.includes('seven days')) return say('failed', { why: say('sameActor') });
  const known = code === 'network' ? say('network') : code === 'not-allowed' ? say('notAllowed') : message;
  return say('failed', { why: known });
}
