/** How many lines the list keeps. */
const most = 12;

const list = document.querySelector<HTMLOListElement>('[data-requests]');

/** Shows what the page asks of the API and what came back: method, path, status, step or problem. Never a body. */
function show(method: string, path: string, status: number | string, about: string): void {
  if (!list) return;
  if (list.querySelector('.small')) list.replaceChildren();
  const line = document.createElement('li');
  const words = [method, path, '→', String(status)].map((text) => {
    const part = document.createElement('span');
    part.textContent = text;
    return part;
  });
  const what = document.createElement('strong');
  what.textContent = about;
  line.classList.toggle('refused', typeof status !== 'number' || status >= 400);
  line.append(...words.flatMap((word) => [word, ' ']), what);
  list.prepend(line);
  while (list.children.length > most) list.lastElementChild?.remove();
}

interface Answer {
  code?: string;
  flow?: { step?: { type?: string } };
}

const plainFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input, location.href);
  const method = init?.method ?? 'GET';
  const shortPath = url.pathname.replace('/mfa/v1', '').replace(/(\/flows\/).{6,}/, '$1…');
  try {
    const response = await plainFetch(input, init);
    if (!url.pathname.startsWith('/mfa/')) return response;
    const answer = (await response
      .clone()
      .json()
      .catch(() => ({}))) as Answer;
    show(method, shortPath, response.status, answer.code ?? answer.flow?.step?.type ?? '');
    return response;
  } catch (error) {
    show(method, shortPath, '–', 'network');
    throw error;
  }
};
