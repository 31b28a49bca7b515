export interface Sample {
  /** `ts`: TypeScript, JavaScript, or a script in a page. `json`: data. */
  readonly kind: 'ts' | 'json';
  readonly source: string;
  /** The line number of the first line of the sample in the document. */
  readonly line: number;
}

/**
 * Returns the code samples of a Markdown document: fenced blocks of `ts`, `js` and `json`, and the module scripts in `html`
 * blocks. A block with the note `continued` is appended to the previous block.
 */
export function samplesOf(markdown: string): Sample[] {
  const found: Sample[] = [];
  for (const { language, note, source, line } of fences(markdown)) {
    const last = found.at(-1);
    if (language === 'ts' || language === 'js') {
      if (note === 'continued' && last) found[found.length - 1] = { ...last, source: `${last.source}\n${source}` };
      else found.push({ kind: 'ts', source, line });
    }
    if (language === 'json') found.push({ kind: 'json', source, line });
    if (language === 'html') {
      for (const match of source.matchAll(/<script type="module">(.*?)<\/script>/gs)) {
        const before = source.slice(0, match.index).split('\n').length - 1;
        found.push({ kind: 'ts', source: match[1] ?? '', line: line + before });
      }
    }
  }
  return found;
}

interface Fence {
  readonly language: string;
  readonly note: string;
  readonly source: string;
  readonly line: number;
}

function* fences(markdown: string): Generator<Fence> {
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const open = /^(\s*)```(\w+)\s*(.*?)\s*$/.exec(lines[at] ?? '');
    if (!open) continue;
    const [, indent = '', language = '', note = ''] = open;
    const end = lines.findIndex((text, index) => index > at && text.trimEnd() === `${indent}\`\`\``);
    if (end < 0) throw new Error(`the code block of line ${at + 1} has no closing fence`);
    const body = lines.slice(at + 1, end).map((text) => (text.startsWith(indent) ? text.slice(indent.length) : text));
    yield { language, note, source: body.join('\n'), line: at + 2 };
    at = end;
  }
}
