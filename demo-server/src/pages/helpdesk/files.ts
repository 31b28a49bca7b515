import { type Asker, ask, explain, Refused } from './ask.ts';
import { el, part } from './dom.ts';
import { say } from './words.ts';

/** Shows the export and the import of users as CSV, except to a counsellor. */
export function showFiles(asker: Asker, reason: () => string | undefined): void {
  const box = part('files');
  box.replaceChildren();
  if (asker.actor.role === 'counsellor') return;
  const status = el('div', { role: 'status' });
  const save = el('button', { type: 'button' }, say('export'));
  save.addEventListener('click', () => void attempt(status, reason, (because) => exportAll(asker, because, status)));
  const file = el('input', { id: 'users-file', type: 'file', accept: '.csv,text/csv' });
  const invite = el('input', { type: 'checkbox', checked: true });
  const add = el('form', { class: 'import' });
  add.append(
    el('p', { class: 'pair' }, el('label', { for: 'users-file' }, say('import')), file),
    el('p', {}, el('label', { class: 'choice' }, invite, say('importInvite'))),
    el('p', {}, el('button', {}, say('importButton'))),
  );
  add.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(status, reason, (because) => importAll(asker, because, status, file.files?.[0], invite.checked));
  });
  box.append(
    el('h2', {}, say('files')),
    el('p', {}, save, el('span', { class: 'small' }, say('exportText'))),
    add,
    status,
  );
}

async function attempt(status: HTMLElement, reason: () => string | undefined, work: (reason: string) => Promise<void>) {
  status.replaceChildren();
  const because = reason();
  if (because === undefined) return;
  try {
    await work(because);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const faults = error.faults.map(({ row, column, expected }) =>
      el('li', {}, `${say('place', { row: row ?? '', column })}: ${expected}`),
    );
    status.append(el('p', { class: 'wrong' }, faults.length > 0 ? say('wrongFile') : explain(error)));
    if (faults.length > 0) status.append(el('ul', {}, ...faults));
  }
}

async function exportAll(asker: Asker, reason: string, status: HTMLElement): Promise<void> {
  const { csv } = await ask('exportUsers', asker, { reason });
  const name = `${asker.organisation}.csv`;
  const link = el('a', { href: URL.createObjectURL(new Blob([csv], { type: 'text/csv' })), download: name }, name);
  status.append(el('p', {}, link));
  link.click();
}

async function importAll(asker: Asker, reason: string, status: HTMLElement, file: File | undefined, invite: boolean) {
  if (!file) {
    status.append(el('p', { class: 'wrong' }, say('needFile')));
    return;
  }
  const { users, invited } = await ask('importUsers', asker, { reason, csv: await file.text(), invite });
  status.append(el('p', {}, say('imported', { count: users, invited: invited?.users ?? 0 })));
  const names = invited?.withoutMail ?? [];
  if (names.length > 0) status.append(el('p', {}, say('importWithoutEmail', { names: names.join(', ') })));
}
