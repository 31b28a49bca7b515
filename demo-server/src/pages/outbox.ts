import './styles/base.css';
import './styles/outbox.css';

const POLL_INTERVAL_MS = 2000;

/** The key in session storage for the ids of the open emails. */
const OPEN_EMAILS = 'tweestap-demo-open-emails';

const shown = document.querySelector<HTMLElement>('[data-state]')?.dataset.state;

interface Outbox {
  messages: { at: string }[];
}

const emails = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll<HTMLDetailsElement>('.mail');

/** Stores which emails are open, because the reload for a new email would close them. */
function storeOpen(): void {
  const open = [...emails()].filter((email) => email.open).map(({ dataset }) => dataset.id);
  sessionStorage.setItem(OPEN_EMAILS, JSON.stringify(open));
}

function restoreOpen(): void {
  const stored = sessionStorage.getItem(OPEN_EMAILS);
  sessionStorage.removeItem(OPEN_EMAILS);
  const open: readonly unknown[] = stored === null ? [] : JSON.parse(stored);
  for (const email of emails()) if (open.includes(email.dataset.id)) email.open = true;
}

/** Reloads the page when there is a new email. */
async function poll(): Promise<void> {
  if (document.visibilityState === 'hidden') return;
  const response = await fetch('/demo/outbox.json').catch(() => undefined);
  if (!response?.ok) return;
  const { messages } = (await response.json()) as Outbox;
  if (`${messages.length} ${messages[0]?.at ?? ''}` !== shown) {
    storeOpen();
    location.reload();
  }
}

restoreOpen();
setInterval(() => void poll(), POLL_INTERVAL_MS);
