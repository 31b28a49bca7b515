import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

/** An email that the server received. */
export interface ReceivedMail {
  /** The first recipient of the envelope. */
  to: string;
  messageId: string;
  /** The headers and the body, as sent. */
  raw: string;
}

/** How the server treats the next email. Default: `take`, which accepts it. */
export type Behaviour =
  | 'take'
  | 'drop-mid-data'
  | 'drop-after-data'
  | 'silent'
  | { at: 'connect' | 'from' | 'rcpt' | 'data'; code: number; text?: string }
  | { delay: number };

/** A running mail server. */
export interface MailServer {
  port: number;
  /** The emails that were accepted. */
  received: ReceivedMail[];
  /** The emails whose data arrived completely, accepted or not. */
  seen: ReceivedMail[];
  /** Sets the behaviour for the next emails, in order. */
  behave(...next: Behaviour[]): void;
  /** The address as a setting: `smtp://127.0.0.1:port?from=…`. */
  address: string;
  close(): Promise<void>;
}

type ServerError = Error & { responseCode: number };
type Next = (error?: Error | null) => void;

/** The options of `startMailServer`. */
export interface MailServerOptions extends SMTPServerOptions {
  /** The port. Default: a free one. */
  listenOn?: number;
  /** Called when the data of an email has arrived, before it is accepted or refused. */
  onSeen?: (mail: ReceivedMail) => void;
}

/** Starts a real SMTP server on the loopback interface that can be made to misbehave. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { listenOn = 0, onSeen, ...rest } = options;
  const plan: Behaviour[] = [];
  const behaviours = new Map<string, Behaviour>();
  const received: ReceivedMail[] = [];
  const seen: ReceivedMail[] = [];
  const of = ({ id }: SMTPServerSession): Behaviour => behaviours.get(id) ?? 'take';
  const refuse = (session: SMTPServerSession, at: string, callback: Next): void => {
    const behaviour = of(session);
    if (typeof behaviour === 'object' && 'at' in behaviour && behaviour.at === at) callback(refusal(behaviour));
    else callback();
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect(session, callback) {
      behaviours.set(session.id, plan.shift() ?? 'take');
      refuse(session, 'connect', callback);
    },
    onMailFrom: (_address, session, callback) => refuse(session, 'from', callback),
    onRcptTo: (_address, session, callback) => refuse(session, 'rcpt', callback),
    onData(stream, session, callback) {
      const behaviour = of(session);
      const drop = (): void => void socketOf(server, session)?.destroy();
      let raw = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        raw += chunk;
        if (behaviour === 'drop-mid-data') drop();
      });
      stream.on('end', () => {
        if (behaviour === 'drop-mid-data' || behaviour === 'silent') return;
        const mail = { raw, to: session.envelope.rcptTo[0]?.address ?? '', messageId: messageIdOf(raw) };
        seen.push(mail);
        onSeen?.(mail);
        if (behaviour === 'drop-after-data') return drop();
        const take = (): void => {
          received.push(mail);
          callback();
        };
        if (typeof behaviour === 'object' && 'delay' in behaviour) setTimeout(take, behaviour.delay);
        else if (typeof behaviour === 'object' && behaviour.at === 'data') callback(refusal(behaviour));
        else take();
      });
    },
    ...rest,
  });
  // Connections that are dropped in the middle of a command are part of the tests.
  server.on('error', () => {});
  server.listen(listenOn, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    received,
    seen,
    address: `smtp://127.0.0.1:${port}?from=portal@clinic.example`,
    behave: (...next) => void plan.push(...next),
    close: () =>
      server.server.listening ? new Promise((resolve) => server.close(() => resolve())) : Promise.resolve(),
  };
}

function refusal({ code, text = 'not now' }: { code: number; text?: string }): ServerError {
  return Object.assign(new Error(text), { responseCode: code });
}

const messageIdOf = (raw: string): string => /^Message-ID:\s*(\S+)/im.exec(raw)?.[1] ?? '';

interface Connection {
  id: string;
  _socket: Socket;
}

function socketOf(server: SMTPServer, session: SMTPServerSession): Socket | undefined {
  const connections = (server as unknown as { connections: Set<Connection> }).connections;
  return [...connections].find(({ id }) => id === session.id)?._socket;
}
