import type { Response } from 'express';

/** A page of a person, so kept by nobody. */
export function sendPage(res: Response, page: string): void {
  res.set('cache-control', 'no-store').type('html').send(page);
}
