/** Elements within a line of text. A space before or after one of them is visible. */
const inline = '(?:a|b|bdi|time)\\b';

const betweenElements = new RegExp(`(?<!</${inline})>\\s*\\n\\s*<(?!${inline})`, 'g');
const afterElement = new RegExp(`(?<!</${inline})>\\s*\\n\\s*\\$\\{`, 'g');
const beforeElement = new RegExp(`\\}\\s*\\n\\s*<(?=[a-z/])(?!${inline})`, 'g');

const tightCss = (code: string): string =>
  code.replace(/css`[^`]*`/g, (text) =>
    text
      .replace(/\/\*[^*]*\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,>]) ?/g, '$1')
      .replace(/: /g, ':')
      .replace(/ (?=!important)/g, '')
      .replace(/(?<![\w.])0(?=\.\d)/g, '')
      .replace(/;}/g, '}')
      .replace(/^css` /, 'css`'),
  );

/** Removes the white space from the CSS and HTML templates of a source that has no effect on the page. */
export const tight = (code: string): string =>
  tightCss(code)
    .replace(/html`\s+</g, 'html`<')
    .replace(/>\s+`/g, '>`')
    .replace(betweenElements, '><')
    .replace(afterElement, '>${')
    .replace(beforeElement, '}<')
    .replace(/\n\s+(?=[@.?a-z-]+=["$])/g, ' ')
    .replace(/\n\s+(?=\/?>)/g, '');
