import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { root } from '../files.ts';
import { freePort } from '../port.ts';

/** An account, as `/demo/accounts.json` lists it. */
export interface DemoAccount {
  readonly organisation: string;
  readonly username: string;
  readonly password: string;
  readonly totpSecret?: string;
  readonly recoveryCodes?: readonly string[];
  readonly phoneNumber?: string;
  readonly passkey?: object;
}

/** A message in the demo's outbox. */
interface Message {
  readonly to: string;
  readonly text: string;
}

/** The demo, built for production, with a database of its own. */
export class Demo {
  readonly origin: string;
  readonly #server: ChildProcess;
  readonly #folder: string;

  private constructor(origin: string, server: ChildProcess, folder: string) {
    this.origin = origin;
    this.#server = server;
    this.#folder = folder;
  }

  /** Starts the demo on a free port. */
  static async start(): Promise<Demo> {
    const folder = mkdtempSync(join(tmpdir(), 'tweestap-sheets-'));
    const port = String(await freePort());
    const env = { ...process.env, NODE_ENV: 'production', PORT: port, TWEESTAP_DATABASE: databaseIn(folder) };
    const main = join(root, 'demo-server/dist/server/demo.js');
    const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
    if (server.exitCode !== null) throw new Error('The demo server ended before it was ready.');
    return new Demo(`http://localhost:${port}`, server, folder);
  }

  async stop(): Promise<void> {
    this.#server.kill();
    await once(this.#server, 'exit');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Returns an account of the demo. @throws Error if there is none of this name */
  async account(username: string): Promise<DemoAccount> {
    const { accounts } = (await this.#get('/demo/accounts.json')) as { accounts: DemoAccount[] };
    const found = accounts.find((account) => account.username === username);
    if (!found) throw new Error(`The demo has no account "${username}".`);
    return found;
  }

  /** Adds an account. @throws Error if it is refused */
  async add(user: object): Promise<void> {
    const response = await fetch(`${this.origin}/demo/admin/addUser`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(user),
    });
    if (!response.ok) throw new Error(`The account was refused: ${await response.text()}`);
  }

  /** Returns the newest code that was sent to an address or a number. @throws Error if none was sent */
  async sentCode(to = ''): Promise<string> {
    const { messages } = (await this.#get('/demo/outbox.json')) as { messages: Message[] };
    const texts = messages.filter((message) => message.to === to).map(({ text }) => text);
    const code = texts.map((text) => /\b(\d{6})\b/.exec(text)?.[1]).find(Boolean);
    if (!code) throw new Error(`No code was sent to ${to}.`);
    return code;
  }

  /** Enters wrong passwords until the account is locked. */
  async lock({ organisation, username }: DemoAccount): Promise<void> {
    const inputs = [
      { step: 'organisation', organisation },
      { step: 'username', username },
      { step: 'password', password: 'not the password' },
    ];
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await fetch(`${this.origin}/mfa/v1/flows`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: this.origin },
        body: JSON.stringify({ kind: 'login', inputs }),
      });
    }
  }

  /** Changes the database, for states that need days or minutes otherwise. */
  change(sql: string, ...values: (string | number)[]): void {
    const database = new DatabaseSync(databaseIn(this.#folder));
    database.exec('pragma busy_timeout = 10000');
    const { changes } = database.prepare(sql).run(...values);
    database.close();
    if (Number(changes) === 0) throw new Error(`No row was changed: ${sql}`);
  }

  async #get(path: string): Promise<unknown> {
    return await (await fetch(this.origin + path)).json();
  }
}

const databaseIn = (folder: string): string => join(folder, 'demo.sqlite');
