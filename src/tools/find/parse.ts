/** Reads the arguments of find(1): options before the start points, the start points, and the expression. */
import { statIf } from '../files.ts';
import { ToolError } from '../host.ts';
import { Help } from '../options.ts';
import { warn } from '../stdio.ts';
import { actions, globalOptions, steering } from './actions.ts';
import { Words } from './arguments.ts';
import { compileExpression, operators, type Program, type Test, type Token } from './expression.ts';
import type { Follow } from './found.ts';
import { nameTests } from './names.ts';
import type { Search } from './search.ts';
import { fileTests } from './tests.ts';
import { newerTest, timeTests } from './times.ts';

type Parse = (words: Words) => Test | Promise<Test>;

const predicates: Readonly<Record<string, Parse>> = {
  ...actions,
  ...globalOptions,
  ...steering,
  ...fileTests,
  ...nameTests,
  ...timeTests,
};

const USAGE = '[-H|-L|-P] [-Olevel] [PATH]... [EXPRESSION]';
const FOLLOW: Readonly<Record<string, Follow>> = { '-H': 'starts', '-L': 'all', '-P': 'none' };
const REFUSED = new Set(['-context', '-files0-from', '-fstype', '-used']);

export interface Call {
  readonly starts: readonly string[];
  readonly program: Program;
}

const begins = (word: string): boolean =>
  (word.startsWith('-') && word !== '-') || /^[!(]$/.test(word);

export async function parseCall(search: Search): Promise<Call> {
  const { args } = search.host;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    const follow = Object.hasOwn(FOLLOW, word) ? FOLLOW[word] : undefined;
    if (follow) search.follow = follow;
    else if (word.startsWith('-O')) checkLevel(word.slice(2));
    else if (word === '-D') throw new ToolError('the option -D is not supported here', 2);
    else break;
  }
  const from = at;
  while (at < args.length && !begins(args[at] as string)) at++;
  const starts = args.slice(from, at);
  const program = await expressionOf(new Words(search, args.slice(at)));
  return { starts: starts.length > 0 ? starts : ['.'], program };
}

/** There is nothing that a level would make faster. */
function checkLevel(text: string): void {
  if (text === '')
    throw new ToolError('The -O option must be immediately followed by a decimal integer');
  if (!/^\d+$/.test(text))
    throw new ToolError('Please specify a decimal number immediately after -O');
}

async function expressionOf(words: Words): Promise<Program> {
  const { search } = words;
  const tokens: Token[] = [];
  let acts = false;
  let [firstTest, isDepthAsked, prunes, removes] = ['', false, false, false];
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const operator = Object.hasOwn(operators, word) ? operators[word] : undefined;
    if (operator) {
      tokens.push({ kind: operator, name: word });
      continue;
    }
    if (!word.startsWith('-') || word === '-') await misplaced(words, word);
    words.name = word;
    if (Object.hasOwn(globalOptions, word)) await warnOfPlace(search, word, firstTest);
    else if (!Object.hasOwn(steering, word) || word === '-prune') firstTest ||= word;
    tokens.push({ kind: 'test', name: word, test: await predicateOf(word)(words) });
    // -quit is an action, but the default to print holds beside it.
    acts ||= Object.hasOwn(actions, word) && word !== '-quit';
    isDepthAsked ||= word === '-depth' || word === '-d';
    prunes ||= word === '-prune';
    removes ||= word === '-delete';
  }
  if (removes && prunes && !isDepthAsked)
    words.fail(
      'The -delete action automatically turns on -depth, but -prune does nothing when -depth is in effect.  If you want to carry on anyway, just explicitly use the -depth option.',
    );
  if (acts) return compileExpression(tokens);
  const print: Token = { kind: 'test', name: '-print', test: await actions['-print'](words) };
  if (tokens.length === 0) return compileExpression([print]);
  return compileExpression([
    { kind: 'open', name: '(' },
    ...tokens,
    { kind: 'end', name: ')' },
    print,
  ]);
}

function predicateOf(word: string): Parse {
  if (word === '-help' || word === '--help') throw new Help(`Usage: find ${USAGE}\n`);
  if (REFUSED.has(word)) throw new ToolError(`the test ${word} is not supported here`, 2);
  if (Object.hasOwn(predicates, word)) return predicates[word] as Parse;
  if (word.startsWith('-newer')) return newerTest;
  throw new ToolError(`unknown predicate \`${word}'`);
}

async function misplaced(words: Words, word: string): Promise<never> {
  const { host } = words.search;
  if (words.name === '' || !(await statIf(host, word)))
    return words.fail(`paths must precede expression: \`${word}'`);
  await warn(host, `paths must precede expression: \`${word}'`);
  return words.fail(`possible unquoted pattern after predicate \`${words.name}'?`);
}

async function warnOfPlace({ warns, host }: Search, word: string, first: string): Promise<void> {
  if (!warns || first === '') return;
  await warn(
    host,
    `warning: you have specified the global option ${word} after the argument ${first}, but global options are not positional, i.e., ${word} affects tests specified before it as well as those specified after it.  Please specify global options before other arguments.`,
  );
}
