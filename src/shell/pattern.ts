/** Patterns of the shell (glob(7), bash(1) "Pattern Matching") as regular expressions. */

const special = /[.*+?^${}()|[\]\\/]/g;
/** Named classes of characters, as they stand in a regular expression's brackets. */
const classes: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e',
  graph: '\\x21-\\x7e',
  word: '\\w',
};

/** Text with every character of a pattern made literal. */
export const quotePattern = (text: string): string => text.replace(/[*?[\]\\!+@()|-]/g, '\\$&');

export const hasPattern = (pattern: string): boolean =>
  /(^|[^\\])(\\\\)*[*?[]|[?*+@!]\(/.test(pattern);

/** What is left of a pattern when nothing is special in it. */
export const unquotePattern = (pattern: string): string => pattern.replace(/\\(.)/gs, '$1');

/** The source of a regular expression. `name`: `*` and `?` do not match a slash. */
export function patternSource(pattern: string, { name = false, lazy = false } = {}): string {
  let at = 0;
  const any = name ? '[^/]' : '[\\s\\S]';
  const group = (closing: boolean): string => {
    let out = '';
    while (at < pattern.length) {
      const char = pattern[at] as string;
      if (closing && (char === ')' || char === '|')) return out;
      at++;
      const opens = pattern[at] === '(' && '?*+@!'.includes(char);
      if (opens) out += extended(char);
      else if (char === '*') out += `${any}*${lazy ? '?' : ''}`;
      else if (char === '?') out += any;
      else if (char === '[') out += bracket();
      else if (char === '\\') out += (pattern[at++] ?? '\\').replace(special, '\\$&');
      else out += char.replace(special, '\\$&');
    }
    return out;
  };
  const extended = (kind: string): string => {
    const start = at;
    at++;
    const choices = [group(true)];
    while (pattern[at] === '|') {
      at++;
      choices.push(group(true));
    }
    if (pattern[at] !== ')') {
      at = start;
      return kind.replace(special, '\\$&');
    }
    at++;
    const either = `(?:${choices.join('|')})`;
    if (kind === '!') return `(?:(?!${either}(?:$|(?=[/])))${any}*)`;
    return kind === '@' ? either : `${either}${kind}`;
  };
  const bracket = (): string => {
    const start = at;
    let body = '';
    const negated = pattern[at] === '!' || pattern[at] === '^';
    if (negated) at++;
    for (let first = true; at < pattern.length; first = false) {
      const char = pattern[at++] as string;
      if (char === ']' && !first) return `[${negated ? '^' : ''}${body}]`;
      const named = /^\[:(\w+):\]/.exec(pattern.slice(at - 1));
      if (named) {
        body += classes[named[1] as string] ?? '';
        at += named[0].length - 1;
      } else if (char === '\\') body += (pattern[at++] ?? '').replace(/[\]\\^-]/g, '\\$&');
      else
        body +=
          char === '-' && body !== '' && pattern[at] !== ']'
            ? '-'
            : char.replace(/[\]\\^[-]/g, '\\$&');
    }
    at = start;
    return '\\[';
  };
  return group(false);
}

const known = new Map<string, RegExp>();

/** Whether all of `text` matches. */
export function matches(pattern: string, text: string, ignoreCase = false): boolean {
  const key = `${ignoreCase ? 'i' : ''}:${pattern}`;
  let regexp = known.get(key);
  if (!regexp) {
    if (known.size > 500) known.clear();
    regexp = compile(`^(?:${patternSource(pattern)})$`, ignoreCase ? 'iu' : 'u');
    known.set(key, regexp);
  }
  return regexp.test(text);
}

/** A pattern that no engine takes, such as a range from high to low, matches nothing. */
export function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags.replace('u', ''));
  } catch {
    return /(?!)/;
  }
}
