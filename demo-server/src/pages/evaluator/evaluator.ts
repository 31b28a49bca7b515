import { type Account, demoAccounts } from '../phone/accounts.ts';
import { clockWords } from '../phone/clock-words.ts';
import { readEntry } from '../phone/otpauth.ts';
import { addEntry, addedEntries, clockOffset, onPhoneChange } from '../phone/storage.ts';
import { codeAt, fromBase32, grouped, leftAt, period } from '../phone/totp.ts';
import { fillIn, typeCode } from './fill.ts';

const panel = document.querySelector<HTMLElement>('.evaluator');
const widget = document.querySelector<HTMLElement>('mfa-login');
const part = <T extends HTMLElement>(name: string): T | null => panel?.querySelector<T>(`[data-${name}]`) ?? null;

let accounts: Account[] = [];
let chosen: Account | undefined;
let secret: Uint8Array<ArrayBuffer> | undefined;
let offset = 0;
let code = '';

/** Reads the secret of the chosen account. The entry that was added to the phone last replaces the secret of the demo data. */
async function readPhone(): Promise<void> {
  offset = await clockOffset();
  const entries = await addedEntries();
  const added = entries.findLast(
    ({ issuer, account }) => account === chosen?.username && issuer === chosen.organisationName,
  );
  const key = added?.secret ?? chosen?.totpSecret;
  secret = key ? fromBase32(key) : undefined;
  await tick();
}

async function tick(): Promise<void> {
  const box = part('code');
  if (!box) return;
  box.hidden = !secret;
  if (!secret || !chosen) return;
  const now = Date.now() + offset;
  code = await codeAt(secret, now);
  const left = leftAt(now);
  const setText = (name: string, text: string): void => {
    const node = part(name);
    if (node && node.textContent !== text) node.textContent = text;
  };
  setText('code-name', chosen.username);
  setText('code-digits', grouped(code));
  setText('clock-text', clockWords(offset, document.documentElement.lang));
  part('code-ring')?.setAttribute('stroke-dasharray', `${(left / period) * 30} 30`);
  part('clock-off')?.toggleAttribute('hidden', offset === 0);
}

function choose(button: HTMLButtonElement, all: readonly Account[]): void {
  chosen = all.find(({ organisation, username }) => `${organisation}/${username}` === button.dataset.account);
  for (const other of panel?.querySelectorAll('[data-account]') ?? [])
    other.setAttribute('aria-pressed', String(other === button));
  if (widget && chosen) fillIn(widget, chosen);
  void readPhone();
}

/** The otpauth link of the set-up step. The QR code of that step contains the same link. */
const shownLink = (): string | undefined =>
  widget?.shadowRoot?.querySelector<HTMLAnchorElement>('a[href^="otpauth:"]')?.href;

async function scan(): Promise<void> {
  const entry = readEntry(shownLink() ?? '');
  if (!entry) return;
  await addEntry(entry);
  const done = part('scan-done');
  if (done) done.textContent = `✓ ${entry.account}`;
  chosen ??= accounts.find(({ username }) => username === entry.account);
  await readPhone();
}

/** Starts the evaluator's panel of this page. */
export async function startEvaluator(): Promise<void> {
  const loading = demoAccounts();
  panel?.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element)) return;
    const account = target.closest<HTMLButtonElement>('[data-account]');
    // The user may click before the list has loaded.
    if (account) void loading.then((all) => choose(account, all));
    if (target.closest('[data-type-code]') && widget) typeCode(widget, code);
    if (target.closest('[data-scan-button]')) void scan();
  });
  widget?.addEventListener('mfa-step', () => {
    // The widget renders the fields of the step after this event.
    requestAnimationFrame(() => {
      if (widget && chosen) fillIn(widget, chosen);
      part('scan')?.toggleAttribute('hidden', !shownLink());
    });
  });
  onPhoneChange(() => void readPhone());
  setInterval(() => void tick(), 250);
  accounts = await loading;
}
