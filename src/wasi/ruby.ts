/**
 * Ruby of the ruby.wasm project as a program. It is a library: it has no `_start`, but exports to boot the
 * interpreter and to evaluate text, and imports for objects of JavaScript, of which there are none here.
 */

export const RUBY_INIT = 'ruby-init: func(args: list<string>) -> ()';
const RUBY_EVAL = 'rb-eval-string-protect: func(str: string) -> tuple<handle<rb-abi-value>, s32>';
/** Modules that it imports beside preview1. */
export const RUBY_HOSTS: ReadonlySet<string> = new Set(['rb-js-abi-host', 'canonical_abi']);

/** One call of an export. */
export type Step = readonly [name: string, ...args: number[]];

/** Handles are kept as they are; everything of JavaScript is refused. */
export function rubyHosts(module: WebAssembly.Module): WebAssembly.Imports {
  const values: number[] = [];
  const known: Readonly<Record<string, (value: number) => number | undefined>> = {
    'resource_new_rb-abi-value': (value) => values.push(value) - 1,
    'resource_get_rb-abi-value': (handle) => values[handle] ?? 0,
    'resource_drop_js-abi-value': () => undefined,
  };
  const hosts: Record<string, Record<string, () => unknown>> = {};
  for (const { module: host, name } of WebAssembly.Module.imports(module)) {
    if (!RUBY_HOSTS.has(host)) continue;
    const refuse = (): never => {
      throw new Error('there is no JavaScript for Ruby here');
    };
    hosts[host] ??= {};
    hosts[host][name] = (known[name] as (() => unknown) | undefined) ?? refuse;
  }
  return hosts as WebAssembly.Imports;
}

/** Boots the interpreter and runs what the arguments say; ends by proc_exit. Each step gives its result back. */
export function* rubyMain(
  memory: () => ArrayBuffer,
  args: readonly string[],
): Generator<Step, void, number> {
  const allocate = (size: number): Step => ['cabi_realloc', 0, 0, 4, size];
  function* text(value: string): Generator<Step, [at: number, size: number], number> {
    const bytes = new TextEncoder().encode(`${value}\0`);
    const at = yield allocate(bytes.length);
    new Uint8Array(memory()).set(bytes, at);
    return [at, bytes.length];
  }
  yield ['_initialize'];
  const options = ['ruby', '-EUTF-8', '-e_=0'];
  const list = yield allocate(options.length * 8);
  for (const [i, option] of options.entries()) {
    const [at, size] = yield* text(option);
    const view = new DataView(memory());
    view.setUint32(list + i * 8, at, true);
    view.setUint32(list + i * 8 + 4, size, true);
  }
  yield [RUBY_INIT, list, options.length];
  const [at, size] = yield* text(scriptFor(args));
  yield [RUBY_EVAL, at, size];
}

/** Text of any bytes, whatever Ruby's quotes would make of it. */
const quoted = (value: string): string =>
  `[${[...new TextEncoder().encode(value)].join(',')}].pack('C*').force_encoding('UTF-8')`;

function scriptFor([, ...words]: readonly string[]): string {
  const [first, second = '', ...rest] = words;
  const inline = first === '-e';
  const [name, argv, run] = inline
    ? ['-e', rest, `eval(${quoted(second)}, TOPLEVEL_BINDING, '-e', 1)`]
    : first === '-v' || first === '--version'
      ? ['-v', [], 'puts RUBY_DESCRIPTION']
      : first === undefined || first === '-'
        ? ['-', words.slice(1), "eval($stdin.read, TOPLEVEL_BINDING, '-', 1)"]
        : [first, words.slice(1), `load(File.expand_path(${quoted(first)}))`];
  return `
    __status = 0
    begin
      $0 = ${quoted(name)}
      ARGV.replace([${argv.map(quoted).join(',')}])
      ${run}
    rescue SystemExit => e
      __status = e.status
    rescue Exception => e
      $stderr.write(e.full_message(highlight: false))
      __status = 1
    end
    $stdout.flush
    $stderr.flush
    exit!(__status)
  `;
}
