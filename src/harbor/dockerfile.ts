/**
 * What a Dockerfile says of files, directories, variables and commands (Dockerfile reference). Images are not made:
 * what only an image could bring is a need.
 */
import { fail } from '../kernel/errors.ts';
import { cleanPath, formatPath } from '../kernel/path.ts';

/** Steps in their order; paths are absolute. */
export type BuildStep =
  | {
      readonly op: 'copy';
      /** Below the context. */
      readonly from: readonly string[];
      readonly to: string;
      /** The target was written as a directory. */
      readonly into: boolean;
    }
  | { readonly op: 'dir'; readonly path: string }
  | {
      readonly op: 'run';
      readonly text: string;
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
    }
  /** A here-document that is copied to a path. */
  | { readonly op: 'file'; readonly path: string; readonly text: string };

export interface Recipe {
  readonly image: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly steps: readonly BuildStep[];
  /** What is said there and not done here, as sentences. */
  readonly beyond: readonly string[];
}

interface Line {
  readonly number: number;
  readonly word: string;
  readonly rest: string;
  /** Here-documents of the line, by their delimiters. */
  readonly heredocs: readonly { readonly name: string; readonly text: string }[];
}

/** Says nothing about files, so it changes nothing here. */
const silent: ReadonlySet<string> = new Set([
  'CMD',
  'ENTRYPOINT',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
]);

const LINES_MAX = 10_000;
const LINE_MAX = 16_384;

interface State {
  image: string;
  workdir: string;
  readonly env: Record<string, string>;
  readonly args: Record<string, string>;
  readonly steps: BuildStep[];
  readonly beyond: string[];
}

const verbs: { readonly [word: string]: (state: State, line: Line) => void } = {
  FROM: (state, { rest, number }) => {
    const [image = ''] = rest.replace(/^--platform=\S+\s+/, '').split(/\s+/);
    if (state.image !== '') state.beyond.push(`line ${number}: a second stage (FROM ${image})`);
    state.image = expand(image, state);
  },
  WORKDIR: (state, { rest }) => {
    state.workdir = absolute(state, unquoted(expand(rest, state)));
    state.steps.push({ op: 'dir', path: state.workdir });
  },
  ENV: (state, { rest }) => {
    for (const [name, value] of assignments(rest)) state.env[name] = expand(value, state);
  },
  ARG: (state, { rest }) => {
    for (const [name, value] of assignments(rest)) state.args[name] ??= expand(value, state);
  },
  COPY: copy,
  ADD: (state, line) => {
    if (/(^|\s)(https?:|git@|ftp:)/.test(line.rest))
      state.beyond.push(`line ${line.number}: ADD from the network (${line.rest})`);
    else copy(state, line);
  },
  RUN: (state, { rest, heredocs }) => {
    const plain = rest.replace(/^(--(mount|network|security)=\S+\s+)+/, '');
    const [heredoc] = heredocs;
    const text = heredoc ? heredoc.text : (execForm(plain) ?? plain);
    const env = { ...state.args, ...state.env };
    state.steps.push({ op: 'run', text, cwd: state.workdir, env });
  },
};

/** EINVAL names the line that is not one. */
export function readDockerfile(text: string): Recipe {
  const state: State = { image: '', workdir: '/', env: {}, args: {}, steps: [], beyond: [] };
  for (const line of linesOf(text)) {
    const run = Object.hasOwn(verbs, line.word) ? verbs[line.word] : undefined;
    if (run) run(state, line);
    else if (line.word === 'ONBUILD')
      state.beyond.push(`line ${line.number}: ONBUILD ${line.rest}`);
    else if (!silent.has(line.word))
      fail('EINVAL', `Dockerfile, line ${line.number}: there is no instruction ${line.word}`);
  }
  if (state.image === '') fail('EINVAL', 'Dockerfile: it has no FROM');
  const { image, workdir, env, steps, beyond } = state;
  return { image, workdir, env, steps, beyond };
}

/** Instructions with their continued lines; comments are gone. */
function linesOf(text: string): Line[] {
  const all = text.split(/\r?\n/);
  if (all.length > LINES_MAX) fail('EINVAL', 'Dockerfile: too long');
  const found: Line[] = [];
  for (let i = 0; i < all.length; i++) {
    const number = i + 1;
    let whole = '';
    for (; i < all.length; i++) {
      const part = all[i] as string;
      if (/^\s*#/.test(part)) {
        if (whole === '') break;
        continue;
      }
      const continues = /\\\s*$/.test(part);
      whole += continues ? part.replace(/\\\s*$/, '') : part;
      if (!continues) break;
    }
    if (whole.length > LINE_MAX) fail('EINVAL', `Dockerfile, line ${number}: longer than 16 KiB`);
    const [, word = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(whole) ?? [];
    if (word === '') continue;
    const heredocs: { name: string; text: string }[] = [];
    if (/^(RUN|COPY|ADD)$/i.test(word)) {
      for (const [, dash, name = ''] of rest.matchAll(/<<(-?)\s*["']?([A-Za-z_]\w*)["']?/g)) {
        const body: string[] = [];
        for (i++; i < all.length && (all[i] as string).trim() !== name; i++)
          body.push(dash ? (all[i] as string).replace(/^\t+/, '') : (all[i] as string));
        heredocs.push({ name, text: `${body.join('\n')}\n` });
      }
    }
    found.push({ number, word: word.toUpperCase(), rest: rest.trim(), heredocs });
  }
  return found;
}

function copy(state: State, { number, rest, heredocs }: Line): void {
  const words = execWords(rest) ?? rest.split(/\s+/);
  const options = words.filter((word) => word.startsWith('--'));
  const paths = words.filter((word) => !word.startsWith('--')).map((word) => expand(word, state));
  const target = paths.pop() ?? '';
  if (paths.length === 0)
    fail('EINVAL', `Dockerfile, line ${number}: COPY takes what and where to`);
  const stage = options.find((option) => option.startsWith('--from='));
  if (stage) state.beyond.push(`line ${number}: COPY ${stage} copies from another image`);
  else state.steps.push(...copySteps(state, paths, target, heredocs));
}

function copySteps(
  state: State,
  paths: readonly string[],
  target: string,
  heredocs: Line['heredocs'],
): BuildStep[] {
  const to = absolute(state, target);
  const into = /(^|\/)\.?$/.test(target) || paths.length > 1;
  const files = heredocs.map(({ name, text }): BuildStep => {
    const path = into ? formatPath(cleanPath(`${to}/${name}`)) : to;
    return { op: 'file', path, text };
  });
  const from = paths.filter((path) => !path.startsWith('<<'));
  return from.length > 0 ? [...files, { op: 'copy', from, to, into }] : files;
}

/** `["a", "b"]`, as words; undefined for the shell form. */
function execWords(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const words = JSON.parse(text) as unknown;
    return Array.isArray(words) && words.every((word) => typeof word === 'string')
      ? words
      : undefined;
  } catch {
    return undefined;
  }
}

const execForm = (text: string): string | undefined =>
  execWords(text)
    ?.map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(' ');

/** `A=b C="d e"`, or the old form `A b c`. */
function assignments(text: string): [string, string][] {
  const found = [...text.matchAll(/(?<![\w])([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)];
  if (found.length > 0) return found.map(([, name = '', value = '']) => [name, unquoted(value)]);
  const [, name = '', value = ''] = /^(\w+)\s*(.*)$/s.exec(text) ?? [];
  return name === '' ? [] : [[name, value]];
}

function unquoted(text: string): string {
  if (/^".*"$/s.test(text)) return text.slice(1, -1).replaceAll(/\\(["\\$])/g, '$1');
  return /^'.*'$/s.test(text) ? text.slice(1, -1) : text;
}

/** `$NAME`, `${NAME}`, `${NAME:-else}`. */
const expand = (text: string, { env, args }: State): string =>
  text.replace(/\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g, (_, plain, braced, other = '') => {
    const name = (plain ?? braced) as string;
    return env[name] ?? args[name] ?? (other as string);
  });

const absolute = ({ workdir }: State, path: string): string =>
  formatPath(cleanPath(path.startsWith('/') ? path : `${workdir}/${path}`));
