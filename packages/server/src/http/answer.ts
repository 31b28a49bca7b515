import type { ServerResponse } from 'node:http';

/** What a route answers: plain data, so that it can be kept and given again (Idempotency-Key). */
export interface Answer {
  status: number;
  /** The body as it travels, JSON; absent with 204. */
  text?: string;
  /** `application/problem+json` instead of `application/json`. */
  problem?: true;
  /** Further headers of this answer alone: name, value, name, value … */
  headers?: string[];
  /** `Set-Cookie` values. */
  cookies?: string[];
}

/** A good answer with a JSON body. */
export const json = (status: number, body: unknown, cookies?: string[]): Answer => ({
  status,
  text: JSON.stringify(body),
  ...(cookies && cookies.length > 0 ? { cookies } : {}),
});

/** `204`, with cookies to set. */
export const noContent = (cookies?: string[]): Answer => ({ status: 204, ...(cookies ? { cookies } : {}) });

/**
 * Makes the function that writes an answer. The headers of R79 stand on every one of them and are put together once:
 * answers hold secrets of one person, so no cache keeps them; no page frames, embeds or opens them.
 * @param secure whether the base URL is https, so that browsers may be told to stay there (RFC 6797)
 */
export function answerSender(secure: boolean): (res: ServerResponse, answer: Answer) => void {
  const fixed = [
    ...['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff', 'Referrer-Policy', 'no-referrer'],
    ...['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
    ...['Cross-Origin-Resource-Policy', 'same-origin', 'Cross-Origin-Opener-Policy', 'same-origin'],
    ...(secure ? ['Strict-Transport-Security', 'max-age=31536000'] : []),
  ];
  const good = [...fixed, 'Content-Type', 'application/json', 'Content-Length'];
  const problem = [...fixed, 'Content-Type', 'application/problem+json', 'Content-Length'];
  return (res, { status, text, problem: isProblem, headers, cookies }) => {
    // Appended one by one: the page around us may have set cookies of its own on this response.
    if (cookies) for (const cookie of cookies) res.appendHeader('Set-Cookie', cookie);
    if (text === undefined) {
      res.writeHead(status, headers ? fixed.concat(headers) : fixed).end();
      return;
    }
    const start = (isProblem ? problem : good).concat(String(Buffer.byteLength(text)));
    res.writeHead(status, headers ? start.concat(headers) : start).end(text);
  };
}
