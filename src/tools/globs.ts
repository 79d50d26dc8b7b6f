/** Patterns of the shell (glob(7)) for whole names, where a slash is a character as all others. */
import { compile, type Regex } from './regex/index.ts';

export function globRegex(glob: string, ignoreCase = false): Regex {
  const source = glob.replace(
    /\\([\s\S])|\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]|[\s\S]/g,
    (part, escaped?: string) => {
      if (escaped !== undefined)
        return /[.*[\]^$(){}|+?\\]/.test(escaped) ? `\\${escaped}` : escaped;
      if (part === '*') return '.*';
      if (part === '?') return '.';
      if (part.length > 1) return part.replace(/^\[!/, '[^');
      return /[.[\]^$(){}|+\\]/.test(part) ? `\\${part}` : part;
    },
  );
  return compile(source, { syntax: 'ere', lenient: true, ignoreCase, whole: 'line' });
}
