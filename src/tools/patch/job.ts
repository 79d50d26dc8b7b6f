/** Patches one file. */
import type { NamespaceStat } from '../../kernel/caller.ts';
import { bytesOfOctets, fromShell, toShell } from '../awk/octets.ts';
import { baseName, dirName, join, modeOf, place, readLink, setMode, statIf } from '../files.ts';
import type { Host } from '../host.ts';
import { shellWord } from '../quote.ts';
import { reasonOf } from '../stdio.ts';
import { chooseFile } from './choose.ts';
import {
  backUp,
  linesOf,
  makeFolders,
  removeFile,
  removeFolders,
  replaceFile,
  textOfFile,
} from './files.ts';
import { contextOf, type Hunk, reversed } from './hunk.ts';
import { Target } from './locate.ts';
import { fatal, type PatchOptions } from './options.ts';
import type { PatchReader, Section } from './reader.ts';
import { rejectHeader, rejectText } from './rejects.ts';
import { ignoring, isDangerous, isWithin } from './safety.ts';
import type { Talk } from './talk.ts';

const CUT_OFF = 'patch unexpectedly ends in middle of line\n';
const LINK_MODE = 0o120000;
const TYPE_MASK = 0o170000;

interface Work {
  readonly reader: PatchReader;
  readonly section: Section;
  readonly talk: Talk;
  /** The files that were written; a backup of them is made once. */
  readonly written: Set<string>;
}

export class Job {
  readonly #host: Host;
  readonly #options: PatchOptions;
  readonly #reader: PatchReader;
  readonly #section: Section;
  readonly #talk: Talk;
  readonly #written: Set<string>;
  #isReverse: boolean;
  #isSkipped = false;
  /** A hunk was applied elsewhere, with fuzz, or not at all. */
  #isMismatched = false;
  #hunks = 0;
  #failed = 0;
  #rejects = '';

  constructor(host: Host, options: PatchOptions, { reader, section, talk, written }: Work) {
    this.#host = host;
    this.#options = options;
    this.#reader = reader;
    this.#section = section;
    this.#talk = talk;
    this.#written = written;
    this.#isReverse = options.isReverse;
  }

  /** Returns whether all went well. */
  async run(): Promise<boolean> {
    const input = await this.#inputName();
    if (input === undefined) return this.#ignoreAll(undefined);
    const found = await this.#statOf(input);
    const output = this.#options.output ?? this.#outputName(input);
    const isLink = this.#isLinkPatch();
    if (this.#options.file === undefined && !(await this.#isAllowed(input, output))) {
      await this.#talk.tell(`Invalid file name ${shellWord(output)} -- skipping patch\n`);
      await this.#ignoreHunks();
      return false;
    }
    if (found && found.kind !== (isLink ? 'symlink' : 'file')) {
      const kind = isLink ? 'symbolic link' : 'regular file';
      await this.#talk.say(`File ${shellWord(input)} is not a ${kind} -- refusing to patch\n`);
      return this.#ignoreAll(output);
    }
    await this.#announce(input, output, isLink);
    const text = found ? await this.#read(input, isLink) : '';
    const target = new Target(linesOf(text), this.#options.ignoresBlanks);
    await this.#hunksOf(target, text.length > 0);
    target.finish();
    const isRight = this.#isSkipped || (await this.#finish(input, output, found, target.out));
    if (this.#failed > 0) await this.#saveRejects(output);
    return isRight && this.#failed === 0;
  }

  #isLinkPatch(): boolean {
    const { git } = this.#section;
    const mode = git?.newMode ?? git?.oldMode;
    return mode !== undefined && (mode & TYPE_MASK) === LINK_MODE;
  }

  async #statOf(name: string): Promise<NamespaceStat | undefined> {
    return statIf(this.#host, name, this.#options.followsLinks);
  }

  async #isAllowed(input: string, output: string): Promise<boolean> {
    if (!(await isWithin(this.#host, input))) return false;
    return this.#options.output !== undefined || isWithin(this.#host, output);
  }

  async #read(name: string, isLink: boolean): Promise<string> {
    if (isLink) return fromShell(await readLink(this.#host, name));
    try {
      return await textOfFile(this.#host, name);
    } catch (error) {
      return fatal(`Can't open file ${shellWord(name)} : ${reasonOf(error)}`);
    }
  }

  /** The file to be patched; undefined where there is none or the patch is skipped. */
  async #inputName(): Promise<string | undefined> {
    const { file } = this.#options;
    if (file !== undefined)
      return (await this.#mayGoOn(file, await statIf(this.#host, file))) ? file : undefined;
    const { git } = this.#section;
    if (git?.isRename || git?.isCopy) return this.#renamed(git.old, git.new);
    const say = (text: string): Promise<void> => this.#talk.say(text);
    const choice = await chooseFile(this.#host, this.#section, this.#isReverse, say);
    if (!choice) return this.#askForName();
    return (await this.#mayGoOn(choice.name, choice.stat)) ? choice.name : undefined;
  }

  async #renamed(from = '', to = ''): Promise<string | undefined> {
    const [source, target] = this.#isReverse ? [to, from] : [from, to];
    for (const name of [source, target])
      if (isDangerous(name)) await this.#talk.say(ignoring(name));
    const isBad = isDangerous(source) || isDangerous(target);
    const doing = this.#section.git?.isRename ? 'rename' : 'copy';
    if (isBad || !(await statIf(this.#host, source, false))) {
      await this.#talk.say(`Cannot ${doing} file without two valid file names\n`);
      return undefined;
    }
    return source;
  }

  /** Whether the patch would make what is there, or remove what is not, and is applied all the same. */
  async #mayGoOn(name: string, found: NamespaceStat | undefined): Promise<boolean> {
    const { absent } = this.#section;
    const [before, after] = this.#isReverse ? [absent[1], absent[0]] : absent;
    const isEmpty = found === undefined || found.size === 0;
    const isOdd = isEmpty ? after > 0 && !(before > 0 && found === undefined) : before > 1;
    if (!isOdd || (isEmpty && before === 1 && after === 2)) return true;
    const [does, why] =
      found === undefined
        ? ['delete', 'does not exist']
        : isEmpty
          ? ['empty out', 'is already empty']
          : ['create', 'already exists'];
    const reversing = this.#isReverse ? ', when reversed,' : '';
    const answer = await this.#talk.mayReverse(
      `The next patch${reversing} would ${does} the file ${shellWord(name)},\nwhich ${why}!`,
      this.#isReverse,
    );
    if (answer === 'reverse') this.#isReverse = !this.#isReverse;
    return answer !== 'skip';
  }

  async #askForName(): Promise<string | undefined> {
    const { isForced, isBatch, strip } = this.#options;
    const { line, leading } = this.#section;
    const talk = this.#talk;
    await talk.say(`can't find file to patch at input line ${line}\n`);
    await talk.say(
      strip === undefined
        ? 'Perhaps you should have used the -p or --strip option?\n'
        : 'Perhaps you used the wrong -p or --strip option?\n',
    );
    const rule = '--------------------------\n';
    const shown = leading.map((each) => `|${toShell(each)}`).join('');
    await talk.tell(`The text leading up to this was:\n${rule}${shown}${rule}`);
    if (isForced || isBatch) {
      await talk.say('No file to patch.  Skipping patch.\n');
      return undefined;
    }
    for (;;) {
      const name = await talk.ask('File to patch: ');
      if (name !== '') {
        if (await statIf(this.#host, name)) return name;
        await talk.tell(`${name}: No such file or directory\n`);
      }
      if (!(await talk.ask('Skip this patch? [y] ')).startsWith('n')) {
        await talk.say('Skipping patch.\n');
        return undefined;
      }
    }
  }

  #outputName(input: string): string {
    const { git } = this.#section;
    if (!(git?.isRename || git?.isCopy) || this.#options.file !== undefined) return input;
    return (this.#isReverse ? git.old : git.new) ?? input;
  }

  async #announce(input: string, output: string, isLink: boolean): Promise<void> {
    const doing = this.#options.isDry ? 'checking' : 'patching';
    const kind = isLink ? 'symbolic link' : 'file';
    const how =
      this.#options.output === undefined
        ? this.#section.git?.isCopy
          ? 'copied'
          : 'renamed'
        : 'read';
    const from = input === output ? '' : ` (${how} from ${shellWord(input)})`;
    await this.#talk.say(`${doing} ${kind} ${shellWord(output)}${from}\n`);
  }

  #next(): Hunk | undefined {
    if (this.#section.isBare) return undefined;
    const hunk = this.#reader.hunk(this.#section.format);
    return hunk && this.#isReverse ? reversed(hunk) : hunk;
  }

  async #hunksOf(target: Target, hasText: boolean): Promise<void> {
    for (let hunk = this.#next(); hunk; hunk = this.#next()) {
      this.#hunks++;
      if (this.#reader.isCutOff) await this.#talk.say(CUT_OFF);
      await this.#host.checkpoint();
      if (this.#isSkipped) this.#reject(hunk, target);
      else await this.#one(hunk, target, hasText);
    }
  }

  async #one(given: Hunk, target: Target, hasText: boolean): Promise<void> {
    const { isForced } = this.#options;
    let hunk = given;
    const context = contextOf(hunk);
    const most = Math.min(this.#options.fuzz, Math.max(context.prefix, context.suffix));
    let where = 0;
    let fuzz = 0;
    for (let mayAsk = this.#hunks === 1 && !isForced; fuzz <= most; fuzz++) {
      where = target.locate(hunk, fuzz);
      if (where === 0 && mayAsk && this.#isReverse === this.#options.isReverse) {
        const other = reversed(hunk);
        const there = target.locate(other, fuzz);
        if (there > 0) {
          const title = this.#isReverse ? 'Unreversed' : 'Reversed (or previously applied)';
          const answer = await this.#talk.mayReverse(`${title} patch detected!`, this.#isReverse);
          mayAsk = false;
          if (answer === 'reverse') {
            this.#isReverse = !this.#isReverse;
            hunk = other;
            where = there;
            this.#isMismatched = true;
          } else {
            target.inOffset = 0;
            if (answer === 'skip') {
              this.#isSkipped = true;
              this.#reject(hunk, target);
              return;
            }
            fuzz--;
          }
        }
      }
      if (where > 0) break;
    }
    if (where === 0 || fuzz > 0 || target.inOffset !== 0) this.#isMismatched = true;
    const newWhere = (where || hunk.first) + target.outOffset;
    const absent = this.#section.absent[this.#isReverse ? 1 : 0];
    if (where === 0 || (where === 1 && absent === 2 && hasText)) {
      this.#isMismatched = true;
      const ends = target.hasOtherEnds(hunk, newWhere) ? ' (different line endings)' : '';
      this.#reject(hunk, target);
      await this.#talk.say(`Hunk #${this.#hunks} FAILED at ${newWhere}${ends}.\n`);
      return;
    }
    const { inOffset } = target;
    target.apply(hunk, where);
    if (fuzz === 0 && inOffset === 0) return;
    const byFuzz = fuzz > 0 ? ` with fuzz ${fuzz}` : '';
    const lines = inOffset === 1 ? 'line' : 'lines';
    const byOffset = inOffset === 0 ? '' : ` (offset ${inOffset} ${lines})`;
    await this.#talk.say(`Hunk #${this.#hunks} succeeded at ${newWhere}${byFuzz}${byOffset}.\n`);
  }

  #reject(hunk: Hunk, target: Target): void {
    this.#failed++;
    const { rejectFormat } = this.#options;
    const format = rejectFormat ?? this.#section.format;
    if (this.#rejects === '') {
      const shown = (side: Section['old']): string =>
        side?.name === undefined
          ? `/dev/null${side?.rest ?? ''}`
          : fromShell(side.name) + side.rest;
      const [old, added] = this.#isReverse
        ? [this.#section.new, this.#section.old]
        : [this.#section.old, this.#section.new];
      this.#rejects = rejectHeader({ old: shown(old), new: shown(added) }, format);
    }
    this.#rejects += rejectText(hunk, target.outOffset, format);
  }

  /** Passes over the hunks of a patch that is not applied. */
  async #ignoreHunks(): Promise<void> {
    const target = new Target([], false);
    this.#isSkipped = true;
    for (let hunk = this.#next(); hunk; hunk = this.#next()) {
      this.#hunks++;
      this.#reject(hunk, target);
    }
  }

  async #ignoreAll(output: string | undefined): Promise<boolean> {
    await this.#ignoreHunks();
    if (this.#failed > 0) await this.#saveRejects(output);
    return false;
  }

  async #saveRejects(output: string | undefined): Promise<void> {
    const { rejects, isDry } = this.#options;
    const what = this.#hunks === 1 ? 'hunk' : 'hunks';
    const verb = this.#isSkipped ? 'ignored' : 'FAILED';
    const name = rejects ?? (output === undefined ? undefined : `${output}.rej`);
    const isSaved = output !== undefined && name !== undefined && name !== '-' && !isDry;
    const where = isSaved ? ` -- saving rejects to file ${shellWord(name)}` : '';
    await this.#talk.tell(`${this.#failed} out of ${this.#hunks} ${what} ${verb}${where}\n`);
    if (isSaved) await replaceFile(this.#host, name, this.#rejects);
  }

  /** Writes the file, or removes it where the patch does. Returns whether it could be as the patch says. */
  async #finish(
    input: string,
    output: string,
    found: NamespaceStat | undefined,
    lines: readonly string[],
  ): Promise<boolean> {
    const { isDry, removesEmpty } = this.#options;
    const text = lines.join('');
    const { git, absent } = this.#section;
    const isGone = absent[this.#isReverse ? 0 : 1] === 2;
    const isFile = this.#options.output === undefined;
    if (isFile && isGone && text !== '') {
      await this.#talk.say(
        `Not deleting file ${shellWord(output)} as content differs from patch\n`,
      );
      if (!isDry) await this.#write(output, found, text);
      return false;
    }
    if (isDry) return true;
    const isRemoved = isFile && text === '' && (isGone || removesEmpty) && !this.#isNewEmpty();
    if (isRemoved) {
      if (!found) return true;
      await this.#backUp(output);
      if (await statIf(this.#host, output, false)) await removeFile(this.#host, output);
      else await removeFolders(this.#host, output);
      return true;
    }
    if (this.#options.output === '-') await this.#host.stdout.write(bytesOfOctets(text));
    else await this.#write(output, found, text);
    if (git?.isRename && isFile && input !== output) {
      await this.#backUp(input);
      if (await statIf(this.#host, input, false)) await removeFile(this.#host, input);
    }
    return true;
  }

  /** git makes an empty file. */
  #isNewEmpty(): boolean {
    const { git } = this.#section;
    return Boolean(this.#isReverse ? git?.isDeleted : git?.isNew);
  }

  async #write(output: string, found: NamespaceStat | undefined, text: string): Promise<void> {
    const { git } = this.#section;
    const isLink = this.#isLinkPatch();
    const gitMode = this.#isReverse ? git?.oldMode : git?.newMode;
    const mode = gitMode === undefined ? found && modeOf(found) : gitMode & 0o777;
    await this.#backUp(output);
    try {
      if (isLink) {
        await makeFolders(this.#host, output);
        if (await statIf(this.#host, output, false))
          await this.#host.call('unlink', place(this.#host, output));
        await this.#host.call('symlink', { target: toShell(text), ...place(this.#host, output) });
      } else await replaceFile(this.#host, output, text);
    } catch (error) {
      fatal(`Can't create file ${shellWord(output)} : ${reasonOf(error)}`);
    }
    if (mode !== undefined && !isLink) await setMode(this.#host, output, mode);
    this.#written.add(output);
  }

  async #backUp(output: string): Promise<void> {
    const { backs, backsMismatches, prefix, suffix } = this.#options;
    const isWanted =
      backs || (backsMismatches && this.#options.output === undefined && this.#isMismatched);
    if (!isWanted || this.#written.has(output)) return;
    const name =
      prefix !== ''
        ? `${prefix}${output}${suffix}`
        : join(dirName(output), `${baseName(output)}${suffix}`).replace(/^\.\//, '');
    await backUp(this.#host, output, name);
  }
}
