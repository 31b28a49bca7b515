import { type Asker, ask, Refused } from './ask.ts';
import { el, part } from './dom.ts';
import { why } from './why.ts';
import { say } from './words.ts';

/** People in and out as CSV, for those who may. */
export function showFiles(asker: Asker, reason: () => string | undefined): void {
  const box = part('files');
  box.replaceChildren();
  if (asker.actor.role === 'counsellor') return;
  const told = el('div', { role: 'status' });
  const save = el('button', { type: 'button' }, say('export'));
  save.addEventListener('click', () => void attempt(told, reason, (because) => exportAll(asker, because, told)));
  const file = el('input', { id: 'people-file', type: 'file', accept: '.csv,text/csv' });
  const invite = el('input', { type: 'checkbox', checked: true });
  const add = el('form', { class: 'import' });
  add.append(
    el('p', { class: 'pair' }, el('label', { for: 'people-file' }, say('import')), file),
    el('p', {}, el('label', { class: 'choice' }, invite, say('importInvite'))),
    el('p', {}, el('button', {}, say('importButton'))),
  );
  add.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(told, reason, (because) => importAll(asker, because, told, file.files?.[0], invite.checked));
  });
  box.append(
    el('h2', {}, say('files')),
    el('p', {}, save, el('span', { class: 'small' }, say('exportText'))),
    add,
    told,
  );
}

async function attempt(told: HTMLElement, reason: () => string | undefined, work: (reason: string) => Promise<void>) {
  told.replaceChildren();
  const because = reason();
  if (because === undefined) return;
  try {
    await work(because);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const faults = error.faults.map(({ row, column, expected }) =>
      el('li', {}, `${say('place', { row: row ?? '', column })}: ${expected}`),
    );
    const list = faults.length > 0 && el('ul', {}, ...faults);
    told.append(
      el('p', { class: 'wrong' }, faults.length > 0 ? say('wrongFile') : why(error)),
      ...(list ? [list] : []),
    );
  }
}

async function exportAll(asker: Asker, reason: string, told: HTMLElement): Promise<void> {
  const { csv } = await ask('exportPeople', asker, { reason });
  const name = `${asker.organisation}.csv`;
  const link = el('a', { href: URL.createObjectURL(new Blob([csv], { type: 'text/csv' })), download: name }, name);
  told.append(el('p', {}, link));
  link.click();
}

async function importAll(asker: Asker, reason: string, told: HTMLElement, file: File | undefined, invite: boolean) {
  if (!file) {
    told.append(el('p', { class: 'wrong' }, say('needFile')));
    return;
  }
  const { people, invited } = await ask('importPeople', asker, { reason, csv: await file.text(), invite });
  told.append(el('p', {}, say('imported', { count: people, invited: invited?.people ?? 0 })));
  const names = invited?.withoutMail ?? [];
  if (names.length > 0) told.append(el('p', {}, say('importWithoutMail', { names: names.join(', ') })));
}
