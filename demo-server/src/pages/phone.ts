import './styles/base.css';
import './styles/phone.css';
import { demoAccounts } from './phone/accounts.ts';
import { readPicture, whenPictureComes } from './phone/camera.ts';
import { clockWords } from './phone/clock-words.ts';
import { addEntry, addedEntries, clockOffset, setClockOffset, whenPhoneChanges } from './phone/kept.ts';
import { type Entry, readEntry } from './phone/otpauth.ts';
import { codeAt, fromBase32, grouped, leftAt, period } from './phone/totp.ts';

const lang = document.documentElement.lang;
const find = <T extends Element>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
};

const texts = {
  nl: {
    bad: 'Dit is geen sleutel en geen otpauth-link. Kopieer hem nog eens van de instelpagina.',
    noCode: 'Op deze afbeelding staat geen QR-code van een instelpagina.',
    copy: 'Kopieer',
    copied: 'Gekopieerd',
    of: 'van',
  },
  en: {
    bad: 'This is neither a key nor an otpauth link. Copy it from the set-up page once more.',
    noCode: 'There is no QR code of a set-up page on this picture.',
    copy: 'Copy',
    copied: 'Copied',
    of: 'of',
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
  step?: number;
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
  copy.setAttribute('aria-label', `${say.copy} ${say.of} ${entry.issuer} ${entry.account}`);
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
  const step = Math.floor(time / period);
  const secret = fromBase32(entry.entry.secret);
  if (entry.step === step || !secret) return;
  entry.step = step;
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

const slid = (): void => void setClock(Number(hours.value) * 3_600_000 + Number(minutes.value) * 60_000);
minutes.addEventListener('input', slid);
hours.addEventListener('input', slid);
find('[data-right]').addEventListener('click', () => void setClock(0));

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

whenPictureComes(async (picture) => {
  const entry = readEntry((await readPicture(picture)) ?? '');
  find('[data-add-error]').textContent = entry ? '' : say.noCode;
  if (!entry) return;
  await addEntry(entry);
  await load();
});

whenPhoneChanges(() => void load());
await load();
setInterval(() => void tick(), 250);
