/** How often the phone looks for new text messages, in ms. */
const POLL_INTERVAL_MS = 2000;
/** The number of messages that are shown, above the codes. */
const MAX_TEXTS = 3;

interface Message {
  channel: 'mail' | 'sms';
  to: string;
  text: string;
  at: string;
}

const find = <T extends Element>(selector: string): T | null => document.querySelector<T>(selector);

/** Shows the text messages that the demo would send, the newest first, and looks for new ones while the page is visible. */
export async function showTexts(lang: string): Promise<void> {
  let shown = '';
  const refresh = async (): Promise<void> => {
    if (document.visibilityState === 'hidden') return;
    const response = await fetch('/demo/outbox.json').catch(() => undefined);
    if (!response?.ok) return;
    const { messages } = (await response.json()) as { messages: Message[] };
    const texts = messages.filter(({ channel }) => channel === 'sms').slice(0, MAX_TEXTS);
    const state = JSON.stringify(texts);
    if (state === shown) return;
    shown = state;
    find<HTMLElement>('[data-texts-section]')?.toggleAttribute('hidden', texts.length === 0);
    find('[data-texts]')?.replaceChildren(...texts.map((text) => line(text, lang)));
  };
  await refresh();
  setInterval(() => void refresh(), POLL_INTERVAL_MS);
}

function line({ to, text, at }: Message, lang: string): DocumentFragment {
  const item = find<HTMLTemplateElement>('#text')?.content.cloneNode(true) as DocumentFragment;
  const part = (name: string): HTMLElement => item.querySelector(`[data-${name}]`) as HTMLElement;
  part('to').textContent = to;
  const time = part('at') as HTMLTimeElement;
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleTimeString(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  part('words').textContent = text;
  return item;
}
