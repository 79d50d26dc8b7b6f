/** Quoting for the shell to read again, and the escapes of echo and printf. */
export const quoteWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Quoted only where it has to be (`declare -p`, `set`). */
export const quoteIfNeeded = (text: string): string =>
  text !== '' && /^[\w@%+=:,./-]+$/.test(text) ? text : quoteWord(text);

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Backslash escapes of echo -e and printf %b; `\c` cuts the rest. */
export function unescapeText(text: string): string {
  const cut = /(^|[^\\])((?:\\\\)*)\\c/.exec(text);
  const source = cut
    ? text.slice(0, cut.index + (cut[1]?.length ?? 0) + (cut[2]?.length ?? 0))
    : text;
  return source.replace(
    /\\(0[0-7]{0,3}|[1-7][0-7]{0,2}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[abeEfnrtv\\"'])/g,
    (_, code: string) => {
      if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
      if (/^[xuU]/.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
      return escapes[code] ?? code;
    },
  );
}
