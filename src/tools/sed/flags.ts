/** Reads the flags of `s`: those of its regular expression, and what is done with matches. */
import type { Fragments } from './fragments.ts';
import type { Substitution } from './script.ts';

export function readFlags(
  input: Fragments,
  rules: {
    /** GNU's flags are not known. */
    readonly isPosix: boolean;
    fileName(): string;
    refuseInSandbox(): void;
  },
): {
  readonly letters: string;
  readonly rest: Omit<Substitution, 'pattern' | 'parts' | 'highest'>;
} {
  let letters = '';
  let number = 0;
  let file: string | undefined;
  for (;;) {
    input.blanks();
    const char = input.peek();
    if (char === undefined || char === '}' || char === '#') break;
    const digits = input.takeWhile(/[0-9]/);
    if (digits !== '') {
      if (number > 0) input.fail("multiple number options to `s' command");
      number = Number(digits);
      if (number === 0) input.fail("number option to `s' command may not be zero");
      continue;
    }
    input.take();
    if (char === ';' || char === '\n') break;
    if (char === 'w') {
      file = rules.fileName();
      break;
    }
    if (rules.isPosix && 'iImMe'.includes(char)) input.fail("unknown option to `s'");
    if (char === 'e') rules.refuseInSandbox();
    if ('pg'.includes(char) && letters.includes(char))
      input.fail(`multiple \`${char}' options to \`s' command`);
    if (!'iImMepg'.includes(char)) input.fail("unknown option to `s'");
    letters += char;
  }
  const has = (letter: string): boolean => letters.includes(letter);
  return {
    letters: letters.replace(/[^iImM]/g, ''),
    rest: {
      number: number || 1,
      isGlobal: has('g'),
      isPrinted: has('p'),
      isPrintedFirst: /p.*e/.test(letters),
      isRun: has('e'),
      file,
    },
  };
}
