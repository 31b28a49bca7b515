import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { renderLogin } from '@tweestap/elements/server.js';
import { build } from 'esbuild';
import { listen } from './listen.ts';

/** A login page to compare, with the files that it loads. */
export interface LoginPage {
  name: string;
  html: string;
  /** The files by path, and the responses to the calls that the page makes before it shows a field. */
  files: Readonly<Record<string, string>>;
}

const here = fileURLToPath(new URL('.', import.meta.url));
/** A file of the built package, next to its manifest. */
const publishedElements = (name: string): string =>
  readFileSync(new URL(name, import.meta.resolve('@tweestap/elements/custom-elements.json')), 'utf8');

const page = (body: string, head = '<script type="module" src="/page.js"></script>'): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Log in</title>${head}${body}</html>`;

/** Bundles and minifies a script, as an application does. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    conditions: ['production'],
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('\n');
}

const litElement = `
import { html, LitElement } from 'lit';
customElements.define('lit-login', class extends LitElement {
  render() { return html\`<form><label>Username <input autocomplete="username"></label><button>Continue</button></form>\`; }
});`;

const hankoElement = `
import { register } from '@teamhanko/hanko-elements';
register(location.origin);`;

/** Hanko's element asks its server for the first step, and reports the abilities of the browser to it. */
const hankoState = (name: string, action: string, inputs: Record<string, unknown>): string =>
  JSON.stringify({
    name,
    status: 200,
    csrf_token: 'token',
    payload: {},
    actions: { [action]: { action, href: `/login?action=${action}`, inputs, description: '' } },
  });

const flag = (name: string) => ({ name, type: 'boolean', hidden: true });
const hankoCalls = {
  '/login': hankoState('preflight', 'register_client_capabilities', {
    webauthn_available: flag('webauthn_available'),
    webauthn_conditional_mediation_available: flag('webauthn_conditional_mediation_available'),
  }),
  '/login?action=register_client_capabilities': hankoState('login_init', 'continue_with_login_identifier', {
    identifier: { name: 'identifier', type: 'string', min_length: 1, max_length: 100, required: true },
  }),
};

/** The pages of row 2. Each has one module and the tag of its element. */
export async function loginPages(): Promise<readonly LoginPage[]> {
  const own = { '/page.js': publishedElements('mfa-login.js') };
  const served = renderLogin({ lang: 'en', organisation: 'de-linde' });
  return [
    {
      name: 'plain HTML',
      html: page('<form><label>Username <input autocomplete="username"></label><button>Continue</button></form>', ''),
      files: {},
    },
    { name: 'minimal Lit', html: page('<lit-login></lit-login>'), files: { '/page.js': await bundle(litElement) } },
    { name: 'Tweestap', html: page('<mfa-login organisation="de-linde"></mfa-login>'), files: own },
    { name: 'Tweestap, HTML from the server', html: page(served), files: own },
    {
      name: 'Hanko',
      html: page('<hanko-auth></hanko-auth>'),
      files: { '/page.js': await bundle(hankoElement), ...hankoCalls },
    },
  ];
}

/** Serves a page and its files, compressed with brotli. Returns its port on 127.0.0.1 and a function that stops it. */
export async function servePage({ html, files }: LoginPage): Promise<{ port: number; stop: () => void }> {
  const answers = new Map(
    Object.entries({ '/': html, ...files }).map(([path, text]) => [path, brotliCompressSync(text)]),
  );
  const server = createServer(({ url = '' }: IncomingMessage, res: ServerResponse) => {
    const body = answers.get(url);
    if (!body) return res.writeHead(404).end();
    const type = url === '/' ? 'text/html' : url.endsWith('.js') ? 'text/javascript' : 'application/json';
    res.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-encoding': 'br' }).end(body);
  });
  return { port: await listen(server), stop: () => server.close() };
}
