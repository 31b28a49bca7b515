import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Request, Response } from '@playwright/test';
import type { TestUser } from './users.ts';

/** What kind of secret a value is: it decides where the value may be found. */
export type SecretKind = 'password' | 'totp-secret' | 'recovery-code' | 'token' | 'link' | 'code';

export interface Secret {
  readonly kind: SecretKind;
  readonly value: string;
}

const folder = (): string | undefined => process.env.TWEESTAP_E2E_FOLDER;

/** Writes one line of JSON for the search after the run; each worker has a file of its own. */
function keep(name: string, line: object): void {
  const where = folder();
  if (where === undefined) return;
  mkdirSync(join(where, name), { recursive: true });
  appendFileSync(join(where, name, `${process.pid}.jsonl`), `${JSON.stringify(line)}\n`);
}

const keepSecret = (kind: SecretKind, value: unknown): void => {
  if (typeof value === 'string' && value !== '') keep('secrets', { kind, value } satisfies Secret);
};

/** The secrets of a user that a test has made up. */
export function keepSecretsOf({ password, secret, recoveryCodes }: TestUser): void {
  keepSecret('password', password);
  keepSecret('totp-secret', secret);
  for (const code of recoveryCodes) keepSecret('recovery-code', code);
}

/** Keeps every secret that the pages of a context send and receive, and every problem that they are answered with. */
export function keepSecrets(context: BrowserContext, isApi: (url: URL) => boolean): void {
  context.on('request', (request) => {
    if (isApi(new URL(request.url()))) sent(request);
  });
  context.on('response', (response) => {
    if (isApi(new URL(response.url()))) void received(response);
  });
}

interface Sent {
  link?: unknown;
  inputs?: { step?: unknown; password?: unknown; code?: unknown }[];
}

function sent(request: Request): void {
  keepSecret('token', /^Bearer (.+)$/.exec(request.headers().authorization ?? '')?.[1]);
  const body = parsed(request.postData()) as Sent | undefined;
  keepSecret('link', body?.link);
  for (const { step, password, code } of Array.isArray(body?.inputs) ? body.inputs : []) {
    keepSecret('password', password);
    keepSecret(step === 'recovery-code' ? 'recovery-code' : 'code', code);
  }
}

interface Received {
  token?: unknown;
  flow?: { step?: { secret?: unknown; codes?: unknown } };
}

async function received(response: Response): Promise<void> {
  for (const { name, value } of await response.headersArray().catch(() => [])) {
    if (name.toLowerCase() !== 'set-cookie') continue;
    // The device's cookie has its browser's id in front, which is no secret.
    keepSecret('token', /^[^=]*mfa-\w+=(?:[\w-]{22}\.)?([\w-]{43})/.exec(value)?.[1]);
  }
  // A page that is left drops its answers.
  const body = parsed(await response.text().catch(() => null)) as Received | undefined;
  if (!body) return;
  keepSecret('token', body.token);
  keepSecret('totp-secret', body.flow?.step?.secret);
  const { codes } = body.flow?.step ?? {};
  if (Array.isArray(codes)) for (const code of codes) keepSecret('recovery-code', code);
  // The step that a refusal shows again may have the secret that is being set up (R61).
  const { flow: _, ...problem } = body;
  if (response.status() >= 400) keep('problems', problem);
}

function parsed(text: string | null): unknown {
  try {
    return text === null || text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
