import './styles/base.css';
import './styles/phone.css';
import { demoAccounts } from './phone/accounts.ts';
import { onPicture, readPicture } from './phone/camera.ts';
import { clockWords } from './phone/clock-words.ts';
import { type Entry, readEntry } from './phone/otpauth.ts';
import { addEntry, addedEntries, clockOffset, onPhoneChange, setClockOffset } from './phone/storage.ts';
import { showTexts } from './phone/texts.ts';
import { codeAt, fromBase32, grouped, leftAt, period } from './phone/totp.ts';

const lang = document.documentElement.lang;
const find = <T extends Element>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
};

const texts = {
  nl: {
    bad: 'Dit is geen sleutel of otpauth-link. Kopieer de sleutel nog een keer.',
    noCode: 'Op deze afbeelding staat geen QR-code van een authenticatie-app.',
    copy: 'Kopiëren',
    copied: 'Gekopieerd',
    label: 'Code kopiëren van',
  },
  en: {
    bad: 'This is not a key or an otpauth link. Copy the key again.',
    noCode: 'This picture contains no QR code for an authenticator app.',
    copy: 'Copy',
    copied: 'Copied',
    label: 'Copy the code of',
  },
};
const say = lang === 'nl' ? texts.nl : texts.en;

const list = find<HTMLUListElement>('[data-entries]');
const minutes = find<HTMLInputElement>('#minutes');
const hours = find<HTMLInputElement>('#hours');
let offset = 0;

interface Shown {
  entry: Entry;
  code: HTMLElement;
  ring: Element;
  timeStep?: number;
}
let shown: Shown[] = [];

const now = (): number => Date.now() + offset;

function showEntry(entry: Entry): Shown {
  const line = find<HTMLTemplateElement>('#entry').content.cloneNode(true) as DocumentFragment;
  const part = <T extends Element>(name: string): T => line.querySelector(`[data-${name}]`) as T;
  part('issuer').textContent = entry.issuer || '–';
  part('account').textContent = entry.account || '–';
  const code = part<HTMLElement>('digits');
  const ring = part('ring');
  const copy = part<HTMLButtonElement>('copy');
  copy.textContent = say.copy;
  copy.setAttribute('aria-label', `${say.label} ${entry.issuer} ${entry.account}`);
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code.textContent.replace(' ', ''));
    copy.textContent = say.copied;
  });
  list.append(line);
  return { entry, code, ring };
}

async function refresh(entry: Shown): Promise<void> {
  const time = now();
  const left = leftAt(time);
  entry.ring.setAttribute('stroke-dasharray', `${(left / period) * 30} 30`);
  entry.ring.classList.toggle('last', left < 5000);
  const timeStep = Math.floor(time / period);
  const secret = fromBase32(entry.entry.secret);
  if (entry.timeStep === timeStep || !secret) return;
  entry.timeStep = timeStep;
  entry.code.textContent = grouped(await codeAt(secret, time));
}

async function load(): Promise<void> {
  offset = await clockOffset();
  const seeded = (await demoAccounts()).flatMap(({ organisationName, username, totpSecret }) =>
    totpSecret ? [{ issuer: organisationName, account: username, secret: totpSecret }] : [],
  );
  list.replaceChildren();
  shown = [...seeded, ...(await addedEntries())].map(showEntry);
  showClock();
  await tick();
}

function showClock(): void {
  const inHours = Math.trunc(offset / 3_600_000);
  const inMinutes = Math.round((offset - inHours * 3_600_000) / 60_000);
  hours.value = String(inHours);
  minutes.value = String(inMinutes);
  find('[data-minutes]').textContent = String(inMinutes);
  find('[data-hours]').textContent = String(inHours);
  find('[data-clock-words]').textContent = clockWords(offset, lang);
}

async function tick(): Promise<void> {
  find('[data-phone-time]').textContent = new Date(now()).toLocaleTimeString(lang, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  await Promise.all(shown.map(refresh));
}

async function setClock(to: number): Promise<void> {
  offset = to;
  showClock();
  await tick();
  await setClockOffset(to);
}

const readClock = (): void => void setClock(Number(hours.value) * 3_600_000 + Number(minutes.value) * 60_000);
minutes.addEventListener('input', readClock);
hours.addEventListener('input', readClock);
find('[data-reset-clock]').addEventListener('click', () => void setClock(0));

find<HTMLFormElement>('[data-add]').addEventListener('submit', async (event) => {
  event.preventDefault();
  const key = find<HTMLInputElement>('#key');
  const entry = readEntry(key.value);
  find('[data-add-error]').textContent = entry ? '' : say.bad;
  key.toggleAttribute('aria-invalid', !entry);
  if (!entry) return key.focus();
  key.value = '';
  await addEntry(entry);
  await load();
});

onPicture(async (picture) => {
  const entry = readEntry((await readPicture(picture)) ?? '');
  find('[data-add-error]').textContent = entry ? '' : say.noCode;
  if (!entry) return;
  await addEntry(entry);
  await load();
});

onPhoneChange(() => void load());
await load();
setInterval(() => void tick(), 250);
void showTexts(lang);
