import './styles/base.css';
import './styles/outbox.css';

/** ms between two looks. */
const every = 2000;

const shown = document.querySelector<HTMLElement>('[data-state]')?.dataset.state;

interface Answer {
  messages: { at: string }[];
}

/** Shows new mail as soon as there is some; what is read stays on the screen until then. */
async function look(): Promise<void> {
  if (document.visibilityState === 'hidden') return;
  const response = await fetch('/demo/outbox.json').catch(() => undefined);
  if (!response?.ok) return;
  const { messages } = (await response.json()) as Answer;
  if (`${messages.length} ${messages[0]?.at ?? ''}` !== shown) location.reload();
}

setInterval(() => void look(), every);
