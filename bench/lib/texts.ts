import type express from 'express';
import { expectStatus, get } from './http.ts';

/** The text messages that a server has sent. A message that was not sent yet is waited for. */
export class Texts {
  readonly #codes = new Map<string, string>();
  readonly #waiting = new Map<string, (code: string) => void>();

  /** Keeps the code of a message. */
  add(to: string, text: string): void {
    const code = /\b\d{6}\b/.exec(text)?.[0] ?? '';
    const waiting = this.#waiting.get(to);
    if (waiting) waiting(code);
    else this.#codes.set(to, code);
    this.#waiting.delete(to);
  }

  /** Adds the route that the user's phone reads. Each code is read once. */
  serve(app: express.Express): void {
    app.get('/texts/:to', async (request, response) => {
      const { to } = request.params;
      const code = this.#codes.get(to) ?? (await new Promise<string>((resolve) => this.#waiting.set(to, resolve)));
      this.#codes.delete(to);
      response.json({ code });
    });
  }
}

/** Reads the code of the message to a number. */
export async function readText(port: number, to: string): Promise<string> {
  return JSON.parse(expectStatus(await get(port, `/texts/${encodeURIComponent(to)}`), 200).text).code;
}
