/** What `file` says of text: its encoding, its lines, and what they are written in (file 5.44). */

export interface Kind {
  readonly says: string;
  readonly mime: string;
  /** `us-ascii`, `utf-8`, `binary` … */
  readonly charset: string;
}

interface Encoding {
  readonly name: string;
  readonly charset: string;
  readonly text: string;
}

/** Bytes that stand in a text of ASCII: control characters that move, ESC, and all that can be printed. */
const isTextByte = (byte: number): boolean =>
  (byte >= 7 && byte <= 13) || byte === 27 || (byte >= 32 && byte < 127);

const latin1 = (data: Uint8Array): string =>
  Array.from(data, (byte) => String.fromCharCode(byte)).join('');

/** The text without a character that the end of what was read has cut. */
function utf8Text(data: Uint8Array, isWhole: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data, {
      stream: !isWhole,
    });
  } catch {
    return undefined;
  }
}

export function encodingOf(data: Uint8Array, isWhole: boolean): Encoding | undefined {
  if (data.every(isTextByte)) return { name: 'ASCII', charset: 'us-ascii', text: latin1(data) };
  const [first, second, third] = data;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    const isLittle = first === 0xff;
    const text = new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(data);
    if (!Array.from(text).every((char) => char > '\x7f' || isTextByte(char.charCodeAt(0))))
      return undefined;
    return {
      name: `Unicode text, UTF-16, ${isLittle ? 'little' : 'big'}-endian`,
      charset: isLittle ? 'utf-16le' : 'utf-16be',
      text,
    };
  }
  if (data.every((byte) => byte >= 128 || isTextByte(byte))) {
    const text = utf8Text(data, isWhole);
    const isMarked = first === 0xef && second === 0xbb && third === 0xbf;
    if (text !== undefined)
      return {
        name: `Unicode text, UTF-8${isMarked ? ' (with BOM)' : ''}`,
        charset: 'utf-8',
        text: isMarked ? text.slice(1) : text,
      };
  }
  const isLatin = data.every((byte) => isTextByte(byte) || byte >= 160);
  if (isLatin) return { name: 'ISO-8859', charset: 'iso-8859-1', text: latin1(data) };
  const isExtended = data.every((byte) => isTextByte(byte) || byte >= 128);
  return isExtended
    ? { name: 'Non-ISO extended-ASCII', charset: 'unknown-8bit', text: latin1(data) }
    : undefined;
}

const LONG = 300;

/** What is said of the lines after the encoding, each after a comma. */
export function linesOf(text: string): string {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const crlf = count(/\r\n/g);
  const cr = count(/\r(?!\n)/g);
  const lf = count(/(?<!\r)\n/g);
  const nel = count(/\u0085/g);
  const longest = Math.max(...text.split(/\r\n|[\r\n\u0085]/).map((line) => line.length));
  let says = '';
  if (longest > LONG) says += `, with very long lines (${longest})`;
  if (crlf + cr + lf + nel === 0) says += ', with no line terminators';
  else if (crlf + cr + nel > 0) {
    const kinds = [
      ...(crlf > 0 ? ['CRLF'] : []),
      ...(cr > 0 ? ['CR'] : []),
      ...(lf > 0 ? ['LF'] : []),
      ...(nel > 0 ? ['NEL'] : []),
    ];
    says += `, with ${kinds.join(', ')} line terminators`;
  }
  if (text.includes('\x1b')) says += ', with escape sequences';
  if (text.includes('\b')) says += ', with overstriking';
  return says;
}

interface Language {
  readonly name: string;
  readonly mime: string;
  /** The text can be run. */
  readonly runs?: 'executable' | 'text executable' | 'executable first';
}

const shell = (name: string): Language => ({
  name: `${name} script`,
  mime: 'text/x-shellscript',
  runs: 'executable',
});
const python: Language = {
  name: 'Python script',
  mime: 'text/x-script.python',
  runs: 'executable',
};
const node: Language = {
  name: 'Node.js script',
  mime: 'application/javascript',
  runs: 'executable first',
};

const interpreters: readonly (readonly [RegExp, Language])[] = [
  [/^\/bin\/sh\b/, shell('POSIX shell')],
  [/^(?:\/(?:usr\/)?(?:local\/)?bin\/|\/usr\/bin\/env )bash\b/, shell('Bourne-Again shell')],
  [/^\/(?:usr\/)?bin\/(?:env )?zsh\b|^\/usr\/local\/bin\/zsh\b/, shell("Paul Falstad's zsh")],
  [/^\/(?:usr\/)?bin\/ksh\b/, shell('Korn shell')],
  [/^\/(?:usr\/)?bin\/csh\b/, shell('C shell')],
  [/^\/(?:usr\/)?(?:local\/)?bin\/(?:env )?fish\b/, shell('fish shell')],
  [/^.*\bpython[\d.]*\b/, python],
  [/^.*\bnode(?:js)?\b/, node],
  [/^.*\bperl\b/, { name: 'Perl script', mime: 'text/x-perl', runs: 'text executable' }],
  [/^.*\bruby\b/, { name: 'Ruby script', mime: 'text/x-ruby', runs: 'executable' }],
  [/^\/(?:usr\/)?bin\/gawk\b/, { name: 'GNU awk script', mime: 'text/x-gawk', runs: 'executable' }],
  [/^\/(?:usr\/)?bin\/awk\b/, { name: 'awk script', mime: 'text/x-awk', runs: 'executable' }],
  [/^.*\bphp\b/, { name: 'PHP script', mime: 'text/x-php', runs: 'executable' }],
  [/^.*\blua\b/, { name: 'Lua script', mime: 'text/x-lua', runs: 'executable' }],
  [/^.*\btclsh\b/, { name: 'Tcl/Tk script', mime: 'text/x-tcl', runs: 'executable' }],
];

/** What the first line with `#!` says. */
function scriptOf(text: string): Language | undefined {
  const [, line] = /^#! ?([^\r\n]*)/.exec(text) ?? [];
  if (line === undefined || line.trim() === '') return undefined;
  const known = interpreters.find(([pattern]) => pattern.test(line));
  if (known) return known[1];
  const shown = line.replace(/^\/usr\/bin\/env /, '').trimEnd();
  return { name: `a ${shown} script`, mime: 'text/plain', runs: 'executable' };
}

const sources: readonly (readonly [RegExp, Language])[] = [
  [/^<\?xml version="1\.0"[^>]*\?>/, { name: 'XML 1.0 document', mime: 'text/xml' }],
  [
    /^\s*<(?:!doctype html|html\b|head\b|title\b|body\b)/i,
    { name: 'HTML document', mime: 'text/html' },
  ],
  [/^diff --?\w/, { name: 'diff output', mime: 'text/x-diff' }],
  [/^--- .*\n\+\+\+ .*\n@@ /, { name: 'unified diff output', mime: 'text/x-diff' }],
  [/^#include\b/m, { name: 'C source', mime: 'text/x-c' }],
  [/^import java\b/m, { name: 'Java source', mime: 'text/x-java' }],
  [/^(?:def \w+\(.*\):|from [\w.]+ import \w|import \w+$)/m, python],
  [/^\\documentclass\b/, { name: 'LaTeX 2e document', mime: 'text/x-tex' }],
  [/^[\w.-]+:[^=\n]*\n\t/m, { name: 'makefile script', mime: 'text/x-makefile' }],
];

/** What stands alone, whatever its encoding is. */
const whole: readonly (readonly [RegExp, string, string])[] = [
  [
    /^(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg\b/,
    'SVG Scalable Vector Graphics image',
    'image/svg+xml',
  ],
  [/^-----BEGIN CERTIFICATE-----/, 'PEM certificate', 'text/plain'],
  [/^-----BEGIN RSA PRIVATE KEY-----/, 'PEM RSA private key', 'text/plain'],
];

/** JSON to its end, as far as `file` reads it: objects and lists, with a comma too many allowed. */
function jsonKind(text: string, isWhole: boolean): 'one' | 'lines' | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  if (!isWhole) return undefined;
  const read = (part: string): boolean => {
    try {
      JSON.parse(part.replace(/,(\s*[}\]])/g, '$1'));
      return true;
    } catch {
      return false;
    }
  };
  if (read(text)) return 'one';
  const rows = text.split('\n').filter((row) => row.trim() !== '');
  return rows.length > 1 && rows.every((row) => /^\s*[{[]/.test(row) && read(row))
    ? 'lines'
    : undefined;
}

/** The same number of fields, more than one, in each of the first lines. */
function isCsv(text: string): boolean {
  const rows = text.split(/\r?\n/).slice(0, 11);
  if (rows.length < 3 || rows[0] === '') return false;
  const full = rows.slice(0, -1).slice(0, 10);
  const fields = full.map((row) => row.replace(/"(?:[^"]|"")*"/g, '').split(',').length);
  return full.length >= 2 && (fields[0] ?? 1) > 1 && fields.every((count) => count === fields[0]);
}

export function textKind(data: Uint8Array, isWhole: boolean): Kind | undefined {
  const encoding = encodingOf(data, isWhole);
  if (!encoding) return undefined;
  const { charset, text } = encoding;
  for (const [pattern, says, mime] of whole) if (pattern.test(text)) return { says, mime, charset };
  const json = jsonKind(text, isWhole);
  if (json)
    return json === 'one'
      ? { says: 'JSON text data', mime: 'application/json', charset }
      : { says: 'New Line Delimited JSON text data', mime: 'application/x-ndjson', charset };
  const language = scriptOf(text) ?? sources.find(([pattern]) => pattern.test(text))?.[1];
  if (!language && isCsv(text)) return { says: 'CSV text', mime: 'text/csv', charset };
  const name =
    encoding.name === 'ASCII' || !encoding.name.endsWith('text')
      ? `${encoding.name} text`
      : encoding.name;
  const lines = linesOf(text);
  if (!language) return { says: name + lines, mime: 'text/plain', charset };
  const { runs } = language;
  const says =
    runs === 'executable first'
      ? `${language.name} executable, ${name}${lines}`
      : runs === 'text executable'
        ? `${language.name} text executable${lines}`
        : `${language.name}, ${name}${runs ? ' executable' : ''}${lines}`;
  return { says, mime: language.mime, charset };
}
