import { acrValues, amrValues, languages, methods } from '../../packages/protocol/src/values/constants.ts';
import { eventNames } from '../../packages/server/src/events/server-events.ts';
import { smsGateway } from '../../packages/server/src/sms/gateway-settings.ts';
import { type Declaration, declarationsOf, type Member } from './declarations.ts';
import { code, described, page, table } from './markdown.ts';
import { SCHEMA_HEAD, type Schema, schemaRows } from './policy.ts';

const FOLDER = 'packages/server/src';
/** The interfaces that the types of the options name, in the order of the page, with the file of each. */
const NESTED = {
  ThrottleOptions: ['throttle', 'options.ts'],
  PasswordHasherOptions: ['hasher', 'accounts/password-hasher.ts'],
  Argon2Parameters: ['hasher.parameters', 'accounts/password-hash.ts'],
  WebPushOptions: ['webPush', 'options.ts'],
  Directory: ['directory', 'directory/directory.ts'],
  DirectoryUser: ['the user of directory', 'directory/directory.ts'],
  PortalOptions: ['an entry of portals', 'options.ts'],
  MailTransport: ['mail, as a transport of your own', 'mail/transport.ts'],
  OutgoingMail: ['an email for the transport', 'mail/transport.ts'],
  SmsTransport: ['sms, as a transport of your own', 'sms/transport.ts'],
  OutgoingSms: ['a text message for the transport', 'sms/transport.ts'],
  Receipt: ['what the transport returns', 'outbox/channel.ts'],
  Logger: ['logger', 'runtime/log.ts'],
} as const;
const EVENTS = `${FOLDER}/events/server-events.ts`;

function interfaceOf(name: string, file: string): Declaration {
  const found = declarationsOf(`${FOLDER}/${file}`).interfaces.get(name);
  if (!found) throw new Error(`${FOLDER}/${file} must declare ${name}, because docs/reference/options.md shows it`);
  return found;
}

/** The types that are functions, with the file of each. */
const FUNCTIONS = { Clock: 'crypto/tokens.ts', Random: 'crypto/tokens.ts', Monotonic: 'runtime/clock-guard.ts' };

/** The types that need no section: those of the section 'Types', of another page, and of the platform. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['Acr', 'Amr', 'Language', 'LogLevel', 'Method', ...Object.keys(FUNCTIONS), ...Object.keys(NESTED)],
  ...['SmsGateway', 'OrganisationInput', 'ChangedBy', 'EventUser'],
  ...['AbortSignal', 'Date', 'IncomingMessage', 'Omit', 'Promise'],
]);

/** @throws Error for a type that the page does not explain */
function checkType(type: string, of: string): void {
  const unknown = type
    .replaceAll(/'[^']*'/g, '')
    .match(/\b[A-Z]\w+/g)
    ?.find((name) => !KNOWN.has(name));
  if (unknown) throw new Error(`${of} has the type ${unknown}, which scripts/docs/options.ts does not explain`);
}

/** Returns a link to the section of a type, as the end of a sentence; nothing if it has none. */
function sectionLink(type: string): string {
  const name = Object.keys(NESTED).find((known) => new RegExp(`\\b${known}\\b`).test(type)) as keyof typeof NESTED;
  if (!name) return '';
  const anchor = `${name} ${NESTED[name][0]}`
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
  return ` See [${code(name)}](#${anchor}).`;
}

/** @throws Error for a member without a sentence, or an optional one without a default */
export function optionRow({ name, type, isOptional, about }: Member, of: string): string[] {
  const { fallback, about: meaning } = described(about);
  if (!meaning) throw new Error(`${of}.${name} needs a JSDoc sentence, because docs/reference/options.md shows it`);
  if (isOptional && !fallback) throw new Error(`the JSDoc of ${of}.${name} needs a sentence 'Default: …'`);
  checkType(type, `${of}.${name}`);
  return [code(name), code(type), isOptional ? fallback : 'required', `${meaning}${sectionLink(type)}`];
}

const OPTION_HEAD = ['option', 'type', 'default', 'meaning'] as const;

function nested(): string[] {
  return Object.entries(NESTED).flatMap(([name, [title, file]]) => {
    const { about, members } = interfaceOf(name, file);
    // The random source of the hasher is that of the server.
    const shown = members.filter((member) => name !== 'PasswordHasherOptions' || member.name !== 'random');
    const rows = shown.map((member) => optionRow(member, name));
    return [
      `### ${code(name)}: ${title}`,
      described(about).about,
      table(['member', 'type', 'default', 'meaning'], rows),
    ];
  });
}

/** Returns the fields of an event, with those of the interfaces that it extends. */
function eventFields(name: string): Member[] {
  const { interfaces } = declarationsOf(EVENTS);
  // A type that is another name of the fields of all events.
  const found = interfaces.get(name) ?? interfaces.get('ServerEvent');
  return [...(found?.members ?? []), ...(found?.bases ?? []).flatMap(eventFields)];
}

function events(): string[] {
  const { members } = interfaceOf('EventHandlers', 'events/server-events.ts');
  const missing = eventNames.filter((name) => !members.some((member) => member.name === name));
  if (missing.length > 0) throw new Error(`${EVENTS}: EventHandlers has no ${missing.join(', ')}`);
  return members.flatMap(({ name, type, about }) => {
    const [, event = ''] = /event: (\w+)/.exec(type) ?? [];
    const rows = eventFields(event).map((field) => {
      if (!field.about) throw new Error(`${event}.${field.name} needs a JSDoc sentence`);
      checkType(field.type, `${event}.${field.name}`);
      return [code(`${field.name}${field.isOptional ? '?' : ''}`), code(field.type), field.about];
    });
    return [`### ${code(name)}`, about, table(['field', 'type', 'meaning'], rows)];
  });
}

const list = (values: readonly string[]): string => values.map(code).join(', ');

/** Returns the values of the types that are lists of words, and the form of those that are functions. */
function types(): string {
  const levels = declarationsOf(`${FOLDER}/setting-fields.ts`).unions.get('LogLevel') ?? [];
  return table(
    ['type', 'values'],
    [
      [code('Method'), list(methods)],
      [code('Amr'), `${list(amrValues)} (RFC 8176)`],
      [code('Acr'), `${list(acrValues)} (NIST SP 800-63B-4)`],
      [code('Language'), list(languages)],
      [code('LogLevel'), list(levels.map(({ name }) => name))],
      ...Object.entries(FUNCTIONS).map(([name, file]) => [
        code(name),
        code(declarationsOf(`${FOLDER}/${file}`).aliases.get(name) ?? ''),
      ]),
    ],
  );
}

/** The page of the options of `createTweestap`. */
export function optionsPage(): string {
  const { members } = interfaceOf('TweestapOptions', 'options.ts');
  const gateway = smsGateway.toJSONSchema({ io: 'input' }) as Schema;
  return page(
    'Options',
    'The options of `createTweestap`. If some are wrong, it rejects with one `OptionsError`, which has a line for each of them. [How to use them](../guide/express.md).',
    table(
      OPTION_HEAD,
      members.map((member) => optionRow(member, 'TweestapOptions')),
    ),
    'Besides these, each [event](#events) is an option.',
    '## Options with members',
    ...nested(),
    '### `SmsGateway`: sms, by its HTTP API',
    'The same object is the value of the setting `TWEESTAP_SMS_GATEWAY`. [How to describe a gateway](../guide/sms.md).',
    table(SCHEMA_HEAD, schemaRows(gateway)),
    '## Events',
    interfaceOf('EventHandlers', 'events/server-events.ts').about,
    ...events(),
    '## Types',
    types(),
  );
}
