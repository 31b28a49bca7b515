import './styles/base.css';
import './styles/outbox.css';

/** ms between two looks. */
const every = 2000;

const shown = document.querySelector<HTMLElement>('[data-state]')?.dataset.state;

interface Answer {
  messages: { at: string }[];
}

/** Where a reload finds the mails that were open before it. */
const OPENED = 'tweestap-demo-opened-mails';

const mails = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll<HTMLDetailsElement>('.mail');

/** New mail must not close what is being read. */
function keepOpen(): void {
  const open = [...mails()].filter((mail) => mail.open).map(({ dataset }) => dataset.id);
  sessionStorage.setItem(OPENED, JSON.stringify(open));
}

function openAgain(): void {
  const kept = sessionStorage.getItem(OPENED);
  sessionStorage.removeItem(OPENED);
  const open: readonly unknown[] = kept === null ? [] : JSON.parse(kept);
  for (const mail of mails()) if (open.includes(mail.dataset.id)) mail.open = true;
}

/** Shows new mail as soon as there is some; what is read stays on the screen until then. */
async function look(): Promise<void> {
  if (document.visibilityState === 'hidden') return;
  const response = await fetch('/demo/outbox.json').catch(() => undefined);
  if (!response?.ok) return;
  const { messages } = (await response.json()) as Answer;
  if (`${messages.length} ${messages[0]?.at ?? ''}` !== shown) {
    keepOpen();
    location.reload();
  }
}

openAgain();
setInterval(() => void look(), every);
