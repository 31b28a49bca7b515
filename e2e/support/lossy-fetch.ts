/** `fetch` with a cookie jar. It can drop responses: the server processes the request, and the client gets an error. */
export function lossyFetch() {
  const jar = new Map<string, string>();
  let responsesToLose = 0;
  const sent: (string | null)[] = [];

  const storeCookies = (response: Response): void => {
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
    if (responsesToLose > 0) {
      responsesToLose -= 1;
      await response.arrayBuffer();
      throw new TypeError('the response was lost');
    }
    storeCookies(response);
    return response;
  };

  return {
    fetch: send,
    /** Drops the next responses. */
    lose: (count: number): void => {
      responsesToLose = count;
    },
    /** The Idempotency-Key of each request since the previous call. */
    keys: () => sent.splice(0),
  };
}
