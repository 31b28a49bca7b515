/** `fetch` with a cookie jar, which can lose answers: the server has done what was asked, and nobody hears of it. */
export function lossyFetch() {
  const jar = new Map<string, string>();
  let losing = 0;
  const sent: (string | null)[] = [];

  const keep = (response: Response): void => {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
  };

  const send: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    sent.push(headers.get('idempotency-key'));
    const response = await fetch(input, { ...init, headers });
    if (losing > 0) {
      losing -= 1;
      await response.arrayBuffer();
      throw new TypeError('the answer was lost');
    }
    keep(response);
    return response;
  };

  return {
    fetch: send,
    /** Loses the next answers. */
    lose: (answers: number): void => {
      losing = answers;
    },
    /** The Idempotency-Key of each request since this was asked last. */
    keys: () => sent.splice(0),
  };
}
