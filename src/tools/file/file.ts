/** file(1): says what files are by what is in them, as Debian's file 5.44 does of the kinds that it knows here. */
import { concat } from '../../kernel/bytes.ts';
import type { NamespaceStat } from '../../kernel/caller.ts';
import { FsError } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { type Flags, flagsOf, refuse } from '../flags.ts';
import type { Host, Source, Tool } from '../host.ts';
import { columnsOf } from '../lsquote.ts';
import { octal } from '../quote.ts';
import { reasonOf } from '../stdio.ts';
import { TooManyTags } from './audio.ts';
import { binaryKind } from './binary.ts';
import { type Kind, textKind } from './text.ts';

/** Bytes at the beginning that decide. Of a program all counts, up to a bound. */
const LOOKED_AT = 1 << 20;
const PROGRAM_MAX = 1 << 26;
/** Bytes of a text whose encoding is looked at. */
const ENCODING_MAX = 65_536;

const usage = `Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]
            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]
            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]
            <file> ...
       file -C [-m <magicfiles>]
       file [--help]
`;

interface Content {
  readonly data: Uint8Array;
  /** The last bytes of the file. */
  readonly tail: Uint8Array;
  readonly isWhole: boolean;
}

async function contentOf(source: Source): Promise<Content> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let isProgram = false;
  for (;;) {
    const data = await source.read(1 << 16);
    if (data.length === 0) {
      const all = concat(parts);
      return { data: all, tail: all.subarray(-8), isWhole: true };
    }
    isProgram ||= size === 0 && data[0] === 0x7f && data[1] === 0x45;
    parts.push(data.slice());
    size += data.length;
    if (size >= (isProgram ? PROGRAM_MAX : LOOKED_AT)) break;
  }
  const all = concat(parts);
  let tail = all.subarray(-8);
  for (let data = await source.read(1 << 16); data.length > 0; data = await source.read(1 << 16))
    tail = concat([tail, data]).slice(-8);
  return { data: all.subarray(0, isProgram ? PROGRAM_MAX : LOOKED_AT), tail, isWhole: false };
}

const DATA: Kind = { says: 'data', mime: 'application/octet-stream', charset: 'binary' };

function kindOf({ data, tail, isWhole }: Content): Kind {
  if (data.length === 0) return { says: 'empty', mime: 'inode/x-empty', charset: 'binary' };
  if (data.length === 1) return { ...DATA, says: 'very short file (no magic)' };
  const known = binaryKind(data, tail);
  if (known) return known;
  const isShort = data.length <= ENCODING_MAX;
  return textKind(data.subarray(0, isShort ? undefined : ENCODING_MAX), isWhole && isShort) ?? DATA;
}

/** Control characters, and bytes that are not UTF-8. */
const NOT_SHOWN = /[\p{Cc}\udc80-\udcff]/gu;

class Teller {
  readonly #host: Host;
  readonly #flags: Flags;
  hasFailed = false;

  constructor(host: Host, flags: Flags) {
    this.#host = host;
    this.#flags = flags;
  }

  /** What is said of a file. */
  async say(name: string): Promise<string> {
    try {
      return await this.#said(name);
    } catch (error) {
      if (!(error instanceof TooManyTags)) throw error;
      this.hasFailed = true;
      return `ERROR: ${error.message}`;
    }
  }

  async #said(name: string): Promise<string> {
    if (name === '-') return this.#shown(kindOf(await contentOf(this.#host.stdin)));
    const follows = this.#flags.last('dereference', 'no-dereference') === 'dereference';
    try {
      const { stat } = await this.#host.call('stat', {
        dir: -1,
        path: this.#host.path(name),
        follow: follows,
      });
      return await this.#ofKind(name, stat);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      const reason = `\`${name}' (${reasonOf(error)})`;
      if (!this.#flags.has('E')) return `cannot open ${reason}`;
      this.hasFailed = true;
      return `ERROR: cannot stat ${reason}`;
    }
  }

  async #ofKind(name: string, stat: NamespaceStat): Promise<string> {
    if (stat.kind === 'dir')
      return this.#shown({ says: 'directory', mime: 'inode/directory', charset: 'binary' });
    if (stat.kind === 'symlink') return this.#link(name);
    const file = await this.#host.open(name, OPEN.read);
    try {
      return this.#shown(kindOf(await contentOf(file)));
    } finally {
      await file.close();
    }
  }

  async #link(name: string): Promise<string> {
    const path = this.#host.path(name);
    const { target } = await this.#host.call('readlink', { dir: -1, path });
    const isThere = await this.#host.call('stat', { dir: -1, path, follow: true }).then(
      () => true,
      () => false,
    );
    const says = `${isThere ? '' : 'broken '}symbolic link to ${target}`;
    // A link that leads nowhere has no encoding.
    if (!isThere && this.#flags.has('mime')) return 'inode/symlink';
    return this.#shown({ says, mime: 'inode/symlink', charset: 'binary' });
  }

  #shown({ says, mime, charset }: Kind): string {
    if (this.#flags.has('mime')) return `${mime}; charset=${charset}`;
    if (this.#flags.has('mime-type')) return mime;
    if (this.#flags.has('mime-encoding')) return charset;
    return this.#flags.has('raw') ? says : says.replace(NOT_SHOWN, octal);
  }
}

/** The names in a file, one a line. */
async function namesIn(host: Host, list: string): Promise<string[]> {
  const source = list === '-' ? host.stdin : await host.open(list, OPEN.read);
  const { data } = await contentOf(source);
  return new TextDecoder()
    .decode(data)
    .split('\n')
    .filter((line) => line !== '');
}

export const file: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: usage.slice('Usage: file '.length).trimEnd(),
    options: [
      'v|version',
      'm|magic-file=',
      'z|uncompress',
      'Z|uncompress-noreport',
      'b|brief',
      'c|checking-printout',
      'e|exclude=',
      'exclude-quiet=',
      'f|files-from=',
      'F|separator=',
      'i|mime',
      'apple',
      'extension',
      'mime-type',
      'mime-encoding',
      'k|keep-going',
      'l|list',
      'L|dereference',
      'h|no-dereference',
      'n|no-buffer',
      'N|no-pad',
      '0|print0',
      'p|preserve-date',
      'P|parameter=',
      'r|raw',
      's|special-files',
      'S|no-sandbox',
      'C|compile',
      'd|debug',
      'E',
    ],
  });
  refuse(
    flags,
    'magic-file',
    'uncompress',
    'uncompress-noreport',
    'checking-printout',
    'exclude',
    'exclude-quiet',
    'apple',
    'extension',
    'keep-going',
    'list',
    'parameter',
    'compile',
    'debug',
  );
  if (flags.has('version')) {
    await host.stdout.write(
      bytesOf('file-5.44\nmagic file from /etc/magic:/usr/share/misc/magic\n'),
    );
    return 0;
  }
  const listed = flags.value('files-from');
  const names = [...(listed === undefined ? [] : await namesIn(host, listed)), ...flags.operands];
  if (names.length === 0) {
    await host.stderr.write(bytesOf(usage));
    return 1;
  }
  const teller = new Teller(host, flags);
  const separator = flags.value('separator') ?? ':';
  const shown = names.map((name) => (name === '-' ? '/dev/stdin' : name));
  const width = flags.has('no-pad') ? 0 : Math.max(...shown.map(columnsOf));
  const zeros = flags.options.filter(({ name }) => name === 'print0').length;
  for (const [i, name] of names.entries()) {
    const says = await teller.say(name);
    const title = shown[i] as string;
    const gap = ' '.repeat(1 + Math.max(0, width - columnsOf(title)));
    const head = flags.has('brief')
      ? ''
      : `${title}${zeros > 0 ? '\0' : ''}${zeros > 1 ? '' : separator}${zeros > 1 ? '' : gap}`;
    await host.stdout.write(bytesOf(`${head}${says}${zeros > 1 ? '\0' : '\n'}`));
    await host.checkpoint();
  }
  return teller.hasFailed ? 1 : 0;
};
