import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Request, Response } from '@playwright/test';
import type { TestUser } from './users.ts';

/** The kind of a secret. It determines the places where the secret is no leak. */
export type SecretKind = 'password' | 'totp-secret' | 'recovery-code' | 'token' | 'link' | 'code';

export interface Secret {
  readonly kind: SecretKind;
  readonly value: string;
}

const folder = (): string | undefined => process.env.TWEESTAP_E2E_FOLDER;

/** Writes one line of JSON for the search after the run. Each worker writes its own file. */
function writeLine(name: string, line: object): void {
  const root = folder();
  if (root === undefined) return;
  mkdirSync(join(root, name), { recursive: true });
  appendFileSync(join(root, name, `${process.pid}.jsonl`), `${JSON.stringify(line)}\n`);
}

const collect = (kind: SecretKind, value: unknown): void => {
  if (typeof value === 'string' && value !== '') writeLine('secrets', { kind, value } satisfies Secret);
};

/** Collects the secrets of a test user. */
export function collectSecretsOf({ password, secret, recoveryCodes }: TestUser): void {
  collect('password', password);
  collect('totp-secret', secret);
  for (const code of recoveryCodes) collect('recovery-code', code);
}

/** Collects every secret that the pages of a context send or receive, and every problem that they receive. */
export function collectSecrets(context: BrowserContext, isApi: (url: URL) => boolean): void {
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
  collect('token', /^Bearer (.+)$/.exec(request.headers().authorization ?? '')?.[1]);
  const body = parsed(request.postData()) as Sent | undefined;
  collect('link', body?.link);
  for (const { step, password, code } of Array.isArray(body?.inputs) ? body.inputs : []) {
    collect('password', password);
    collect(step === 'recovery-code' ? 'recovery-code' : 'code', code);
  }
}

interface Received {
  token?: unknown;
  flow?: { step?: { secret?: unknown; codes?: unknown } };
}

async function received(response: Response): Promise<void> {
  for (const { name, value } of await response.headersArray().catch(() => [])) {
    if (name.toLowerCase() !== 'set-cookie') continue;
    // The value of the device cookie starts with an id of the browser, which is not secret.
    collect('token', /^[^=]*mfa-\w+=(?:[\w-]{22}\.)?([\w-]{43})/.exec(value)?.[1]);
  }
  // After a navigation the browser drops the body.
  const body = parsed(await response.text().catch(() => null)) as Received | undefined;
  if (!body) return;
  collect('token', body.token);
  collect('totp-secret', body.flow?.step?.secret);
  const { codes } = body.flow?.step ?? {};
  if (Array.isArray(codes)) for (const code of codes) collect('recovery-code', code);
  // A refusal contains the step again, which during a set-up contains the new secret (R61).
  const { flow: _, ...problem } = body;
  if (response.status() >= 400) writeLine('problems', problem);
}

function parsed(text: string | null): unknown {
  try {
    return text === null || text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
