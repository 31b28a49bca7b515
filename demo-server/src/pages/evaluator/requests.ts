const MAX_LINES = 12;

const list = document.querySelector<HTMLOListElement>('[data-requests]');

/** Adds a request to the list: its method, path and status, and the step or problem code of the response. No other content. */
function show(method: string, path: string, status: number | string, outcome: string): void {
  if (!list) return;
  if (list.querySelector('.small')) list.replaceChildren();
  const line = document.createElement('li');
  const words = [method, path, '→', String(status)].map((text) => {
    const part = document.createElement('span');
    part.textContent = text;
    return part;
  });
  const strong = document.createElement('strong');
  strong.textContent = outcome;
  line.classList.toggle('refused', typeof status !== 'number' || status >= 400);
  line.append(...words.flatMap((word) => [word, ' ']), strong);
  list.prepend(line);
  while (list.children.length > MAX_LINES) list.lastElementChild?.remove();
}

interface ResponseBody {
  code?: string;
  flow?: { step?: { type?: string } };
}

const originalFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input, location.href);
  const method = init?.method ?? 'GET';
  const shortPath = url.pathname.replace('/mfa/v1', '').replace(/(\/flows\/).{6,}/, '$1…');
  try {
    const response = await originalFetch(input, init);
    if (!url.pathname.startsWith('/mfa/')) return response;
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
      // The body of a stream ends only when the page no longer waits.
      show(method, shortPath, response.status, 'events');
      return response;
    }
    const body = (await response
      .clone()
      .json()
      .catch(() => ({}))) as ResponseBody;
    show(method, shortPath, response.status, body.code ?? body.flow?.step?.type ?? '');
    return response;
  } catch (error) {
    show(method, shortPath, '–', 'network');
    throw error;
  }
};
