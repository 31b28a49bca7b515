import type { IncomingMessage } from 'node:http';

/** A request as a router that strips its mount path (Express, Connect) leaves it. */
export type MountedRequest = IncomingMessage & { originalUrl?: string };

/** Where a request goes below our mount path. */
export interface Target {
  /** With a leading slash, or empty at the mount path itself. */
  path: string;
  /** Without the question mark. */
  query: string;
}

/**
 * Makes the function that finds the path below the mount path, whether the router above stripped it (`app.use('/mfa/v1',
 * router)`), only passed it on (`app.use(router)`), or there is none. Undefined: the request is not for us.
 */
export function targetReader(mountPath: string): (req: MountedRequest) => Target | undefined {
  return (req) => {
    const url = req.url ?? '/';
    const below = belowMount(url, mountPath) ?? (isStripped(req, url) ? url : undefined);
    if (below === undefined) return undefined;
    const mark = below.indexOf('?');
    return mark < 0 ? { path: below, query: '' } : { path: below.slice(0, mark), query: below.slice(mark + 1) };
  };
}

function belowMount(url: string, mountPath: string): string | undefined {
  if (!url.startsWith(mountPath)) return undefined;
  const next = url[mountPath.length];
  return next === undefined || next === '/' || next === '?' ? url.slice(mountPath.length) : undefined;
}

function isStripped({ originalUrl }: MountedRequest, url: string): boolean {
  return originalUrl !== undefined && originalUrl.length > url.length && originalUrl.endsWith(url);
}
