import { problems } from '../../packages/protocol/src/values/constants.ts';
import { declarationsOf, type Member } from './declarations.ts';
import { code, page, table } from './markdown.ts';

const CODES = 'packages/protocol/src/values/constants.ts';
const BODY = 'packages/protocol/src/messages/problem.ts';
const CLIENT = 'packages/client/src/problem.ts';

/** A field that only the problems of some codes have: 'With `code-early`: …'. */
const WITH = /^With ((?:`[a-z-]+`(?:, | and )?)+): (.*)$/;

const aboutOf = (members: readonly Member[] | undefined, name: string, file: string): string => {
  const about = members?.find((member) => member.name === name)?.about;
  if (!about) throw new Error(`${file}: ${name} needs a JSDoc sentence, because docs/reference/problems.md shows it`);
  return about;
};

/** The page of the problem codes. */
export function problemsPage(): string {
  const meanings = declarationsOf(CODES).objects.get('problems');
  const fields = declarationsOf(BODY).objects.get('Problem') ?? [];
  const extra = (of: string): string =>
    fields
      .filter(({ about }) => WITH.exec(about)?.[1]?.includes(`\`${of}\``))
      .map(({ name }) => code(name))
      .join(', ');
  const served = Object.entries(problems).map(([name, { status, title }]) => [
    code(name),
    String(status),
    title,
    aboutOf(meanings, name, CODES),
    extra(name),
  ]);
  const client = [...(declarationsOf(CLIENT).unions.get('ClientCode') ?? [])].filter(({ name }) =>
    /^[a-z-]+$/.test(name),
  );
  const passkey = declarationsOf(CLIENT).unions.get('PasskeyCode') ?? [];
  const own = (members: readonly Member[]): string[][] =>
    members.map(({ name }) => [code(name), aboutOf(members, name, CLIENT)]);
  return page(
    'Problems',
    'Every error of the API is `application/problem+json` (RFC 9457). `code` is stable, `title` never changes for a code, and `type` is `urn:tweestap:problem:` followed by the code.',
    '## The fields of a problem',
    table(
      ['field', 'meaning'],
      fields.map(({ name }) => [code(name), aboutOf(fields, name, BODY)]),
    ),
    '## The codes of the server',
    table(['code', 'status', 'title', 'meaning', 'extra fields'], served),
    '## The codes of the client',
    'The SDK and the elements report these themselves, as an `MfaProblem` whose `status` is 0 if no response arrived.',
    table(['code', 'meaning'], own(client)),
    '## The codes of a passkey',
    'The browser and the user take part in a passkey, so it can fail in the page.',
    table(['code', 'meaning'], own(passkey)),
  );
}
