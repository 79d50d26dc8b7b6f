/** awk(1) of POSIX with what everyday programs use of gawk's. */

import { concat } from '../../kernel/bytes.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { type Host, type Tool, ToolError } from '../host.ts';
import { parseOptions } from '../options.ts';
import { reasonOf } from '../stdio.ts';
import { AwkError, SyntaxMistake } from './errors.ts';
import { withoutEscapes } from './lexer.ts';
import { Machine, type Outcome } from './machine.ts';
import { bytesOfOctets, fromShell, octetsOf } from './octets.ts';
import { parseProgram } from './parser.ts';
import { Sources } from './sources.ts';
import { Compiler, type Entries } from './statements.ts';
import { InputText, keyOfText } from './values.ts';
import { initialize, setVariable, variable } from './variables.ts';

const USAGE =
  "[-F FS] [-v VAR=VALUE]... [-f FILE | -e TEXT]... [--] ['PROGRAM'] [FILE | VAR=VALUE]...";

export const awk: Tool = async (host) => {
  const { options, operands } = parseOptions(host.name, host.args, {
    usage: USAGE,
    status: 2,
    inOrder: true,
    options: [
      'F|field-separator=',
      'v|assign=',
      'f|file=',
      'e|source=',
      'version',
      'r|re-interval',
      'O|optimize',
      's|no-optimize',
      'W=',
    ],
  });
  const own = options.find(({ name }) => name === 'W');
  if (own && own.value !== 'version') throw new ToolError(`not an option: -W ${own.value}`, 2);
  if (own || options.some(({ name }) => name === 'version')) {
    await host.stdout.write(bytesOf('awk of OANIX\n'));
    return 0;
  }
  const sources = new Sources();
  for (const { name, value = '' } of options) {
    if (name === 'file') sources.add(value, await programText(host, value));
    if (name === 'source') sources.add('', fromShell(value));
  }
  const rest = [...operands];
  if (sources.isEmpty) {
    const text = rest.shift();
    if (text === undefined)
      throw new ToolError(`no program is given\nUsage: ${host.name} ${USAGE}`, 2);
    sources.add('', fromShell(text));
  }
  const run = new Run(host, sources, rest);
  for (const { name, value = '' } of options) {
    if (name === 'field-separator') run.before.push(['FS', fromShell(value)]);
    if (name !== 'assign') continue;
    const [whole, variable = '', text = ''] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(value) ?? [];
    if (whole === undefined) throw new ToolError(`improper assignment: -v ${value}`, 2);
    run.before.push([variable, fromShell(text)]);
  }
  return run.run();
};

async function programText(host: Host, name: string): Promise<string> {
  try {
    const file = name === '-' ? undefined : await host.open(name, OPEN.read);
    const parts: Uint8Array[] = [];
    for (;;) {
      const data = await (file ?? host.stdin).read(1 << 16);
      if (data.length === 0) break;
      parts.push(data);
    }
    await file?.close();
    return octetsOf(concat(parts));
  } catch (error) {
    throw new ToolError(`cannot open ${name} (${reasonOf(error)})`, 2);
  }
}

/** One run of a program. */
class Run {
  readonly #host: Host;
  readonly #sources: Sources;
  readonly #operands: readonly string[];
  readonly #machine: Machine;
  #compiler: Compiler | undefined;
  /** Variables that are set before the program runs. */
  readonly before: [name: string, text: string][] = [];

  constructor(host: Host, sources: Sources, operands: readonly string[]) {
    this.#host = host;
    this.#sources = sources;
    this.#operands = operands;
    this.#machine = new Machine(host);
  }

  async run(): Promise<number> {
    const machine = this.#machine;
    try {
      const entries = this.#compile();
      await this.#phases(entries);
      await machine.streams.closeAll();
    } catch (error) {
      const words = this.#wordsOf(error);
      // What was written before still comes out; of several errors the first is told.
      await machine.streams.closeAll().catch((later: unknown) => this.#wordsOf(later));
      await this.#host.stderr.write(bytesOfOctets(`${this.#host.name}: ${words}\n`));
      return 2;
    }
    return machine.status;
  }

  #compile(): Entries {
    const machine = this.#machine;
    const program = parseProgram(this.#sources.text);
    initialize(machine);
    const compiler = new Compiler(program, machine);
    this.#compiler = compiler;
    this.#environment();
    machine.assign = (name, text) => compiler.setVariable(name, withoutEscapes(text));
    for (const [name, text] of this.before) machine.assign(name, text);
    const entries = compiler.program(program);
    machine.code = compiler.code;
    machine.beginFile = entries.BEGINFILE;
    machine.endFile = entries.ENDFILE;
    return entries;
  }

  #environment(): void {
    const machine = this.#machine;
    const environment = machine.array('ENVIRON');
    for (const [name, value] of Object.entries(this.#host.env))
      environment.set(keyOfText(fromShell(name)), new InputText(fromShell(value)));
    const args = machine.array('ARGV');
    for (const [i, each] of [this.#host.name, ...this.#operands].entries())
      args.set(i, new InputText(fromShell(each)));
    setVariable(machine, 'ARGC', args.size);
    machine.array('PROCINFO').set('version', '5.2.1');
  }

  async #phases(entries: Entries): Promise<void> {
    const machine = this.#machine;
    if (entries.BEGIN >= 0) await this.#step(entries.BEGIN);
    const hasInput = Math.max(entries.main, entries.END, entries.BEGINFILE, entries.ENDFILE) >= 0;
    if (!machine.isExiting && hasInput) await this.#records(entries.main);
    if (entries.END >= 0) await this.#step(entries.END);
  }

  #clear(): void {
    const machine = this.#machine;
    machine.top = 0;
    machine.base = 0;
    if (machine.frames.length > 0) machine.frames.length = 0;
  }

  async #step(entry: number): Promise<Outcome> {
    this.#clear();
    if (!this.#machine.start(entry)) await this.#machine.finish();
    return this.#machine.outcome;
  }

  async #records(main: number): Promise<void> {
    const machine = this.#machine;
    const { input, record } = machine;
    while (!machine.isExiting) {
      const text = input.take();
      if (text === undefined) {
        if (await input.more()) continue;
        return;
      }
      record.set(text);
      if (main < 0) continue;
      this.#clear();
      if (!machine.start(main)) await machine.finish();
      if (machine.outcome === 'nextfile') await input.endFile();
    }
  }

  #wordsOf(error: unknown): string {
    if (error instanceof SyntaxMistake)
      return this.#sources.explain(error.at, error.message, this.#host.name);
    if (!(error instanceof AwkError)) throw error;
    if (error.kind === 'plain') return error.message;
    const machine = this.#machine;
    if (machine.code.length === 0) {
      const at = this.#compiler?.position ?? 0;
      return `${this.#sources.lineOf(at)}: ${error.message}`;
    }
    const { nr, fnr } = machine;
    const file = variable(machine, 'FILENAME');
    const place = `FILENAME="${file}" FNR=${fnr} NR=${nr}`;
    return `run time error: ${error.message}\n\t${place}`;
  }
}
