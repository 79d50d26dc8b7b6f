/**
 * Calls every function of `window.oanix`, and every command, with every kind of wrong argument. They are found on the
 * object itself: a function that is not in the table is reported, so that no new function comes without a check.
 */

/** What each argument is, by the full name of its function; `?` where it may be left out. */
export const functions: Readonly<Record<string, readonly string[]>> = {
  'oanix.capsules': [],
  'oanix.mount': ['spec', 'path', 'options?'],
  'oanix.bind': ['path', 'path', 'options?'],
  'oanix.unmount': ['path', 'text?'],
  'oanix.ns': [],
  'oanix.spawn': ['data', 'options?'],
  'oanix.terminal': ['data?', 'options?'],
  'oanix.processes': [],
  'oanix.run': ['data', 'options?'],
  'oanix.fs.readFile': ['path', 'encoding?'],
  'oanix.fs.writeFile': ['path', 'data', 'options?'],
  'oanix.fs.appendFile': ['path', 'data'],
  'oanix.fs.open': ['path', 'mode?', 'signal?'],
  'oanix.fs.tell': ['path', 'text', 'signal?'],
  'oanix.fs.ask': ['path', 'text'],
  'oanix.fs.readdir': ['path'],
  'oanix.fs.stat': ['path'],
  'oanix.fs.lstat': ['path'],
  'oanix.fs.mkdir': ['path', 'options?'],
  'oanix.fs.remove': ['path', 'options?'],
  'oanix.fs.rename': ['path', 'path'],
  'oanix.fs.link': ['path', 'path'],
  'oanix.fs.symlink': ['path', 'path'],
  'oanix.fs.readlink': ['path'],
  'oanix.fs.truncate': ['path', 'size?'],
  'oanix.fs.setTimes': ['path', 'options', 'options?'],
  'oanix.fs.setMode': ['path', 'size'],
  'oanix.fs.watch': ['path', 'callback'],
  'oanix.fs.sync': [],
  'file.read': ['size?', 'signal?'],
  'file.readAt': ['size', 'size'],
  'file.write': ['data', 'signal?'],
  'file.seek': ['whole', 'whence?'],
  'file.stat': [],
  'file.truncate': ['size'],
  'file.sync': [],
  'file.close': [],
  'file.stream': [],
  'terminal.write': ['data'],
  'terminal.resize': ['count', 'count'],
  'terminal.kill': [],
  'terminal.close': [],
  'capsules.survey': ['list', 'format?', 'signal?'],
  'capsules.archive': ['list', 'format', 'options?'],
  'capsules.packFolder': ['path', 'options?'],
  'capsules.packNamespace': ['text', 'options?'],
  'capsules.namespaceRoots': [],
  'capsules.link': ['path', 'text'],
  'capsules.fromLink': ['text'],
  'capsules.review': ['path', 'signal?'],
  'capsules.open': ['path', 'review', 'options?'],
  'oanix.catalogue.list': [],
  'oanix.catalogue.install': ['word', 'callback?', 'signal?'],
  'oanix.catalogue.remove': ['word'],
  'oanix.reviews.list': [],
  'oanix.reviews.changes': ['count'],
  'oanix.reviews.diff': ['count'],
  'oanix.reviews.pathOf': ['count', 'path'],
  'oanix.reviews.keep': ['count', 'list?'],
  'oanix.reviews.discard': ['count', 'list?'],
  'oanix.snapshots.list': [],
  'oanix.snapshots.create': ['word'],
  'oanix.snapshots.restore': ['word', 'options?'],
  'oanix.snapshots.remove': ['word'],
  'oanix.snapshots.rename': ['word', 'word'],
  'oanix.snapshots.rule': [],
  'oanix.snapshots.setRule': ['rule'],
  'oanix.snapshots.diff': ['word', 'word?'],
  'oanix.envs.create': ['json'],
  'oanix.envs.list': [],
  'oanix.envs.status': ['word'],
  'oanix.envs.changes': ['word'],
  'oanix.envs.diff': ['word'],
  'oanix.envs.pathOf': ['word', 'path?'],
  'oanix.envs.keep': ['word', 'list?'],
  'oanix.envs.discard': ['word', 'list?'],
  'oanix.envs.cancel': ['word'],
  'oanix.envs.remove': ['word'],
  'oanix.envs.fork': ['word', 'word'],
  'oanix.envs.look': ['path'],
  'oanix.envs.trial': ['json'],
  'oanix.envs.compare': ['word', 'word'],
  'oanix.sched.submit': ['json'],
  'oanix.sched.submitAll': ['list'],
  'oanix.sched.list': [],
  'oanix.sched.status': [],
  'oanix.sched.spec': ['word'],
  'oanix.sched.wait': ['word'],
  'oanix.sched.output': ['word', 'output?'],
  'oanix.sched.cancel': ['word'],
  'oanix.sched.pause': [],
  'oanix.sched.resume': [],
  'oanix.sched.concurrency': ['count'],
  'oanix.sched.register': ['word', 'callback'],
  'oanix.commands.list': [],
  'oanix.commands.run': ['command', 'options?'],
  'oanix.capabilities.state': [],
  'oanix.capabilities.setPolicy': ['word', 'json'],
  'oanix.capabilities.answer': ['word', 'answer'],
  'oanix.capabilities.revoke': ['grant'],
  'oanix.capabilities.unlockVault': ['text'],
  'oanix.capabilities.lockVault': [],
  'oanix.capabilities.setSecret': ['word', 'text'],
  'oanix.capabilities.removeSecret': ['word'],
  'oanix.capabilities.generateKey': ['word', 'text'],
  'oanix.capabilities.importKey': ['word', 'text', 'text'],
  'oanix.capabilities.addExtension': ['word'],
  'oanix.capabilities.addRemote': ['word', 'text', 'text'],
  'oanix.capabilities.unlockKey': ['word', 'text'],
  'oanix.capabilities.lockKey': ['word'],
  'oanix.capabilities.removeKey': ['word'],
};

/**
 * Runs where `oanix` is a global; it needs nothing from outside, so that a browser can be sent its text. Returns what
 * did not fail as it must, and how many calls were made.
 */
export async function tryWrongCalls(
  table: Readonly<Record<string, readonly string[]>>,
): Promise<{ readonly wrong: readonly string[]; readonly calls: number }> {
  type Call = (...args: unknown[]) => unknown;
  type Group = Record<string, unknown>;
  const { oanix } = globalThis as unknown as { oanix: Group & Record<'fs', Group> };
  const circle: Group = {};
  circle['self'] = circle;
  const samples: Readonly<Record<string, unknown>> = {
    undefined: undefined,
    null: null,
    true: true,
    0: 0,
    5: 5,
    '-1': -1,
    1.5: 1.5,
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    '2^60': 2 ** 60,
    '5n': 5n,
    empty: '',
    text: 'zz',
    NUL: 'a\0b',
    'path with NUL': '/a\0b',
    symbol: Symbol('s'),
    function: () => undefined,
    object: {},
    'unknown field': { unknown: 1 },
    list: [],
    'list of 1': [1],
    Date: new Date(0),
    Map: new Map(),
    circle,
    'with a function': { kind: () => undefined },
  };
  /** A value that fits, and the names of the samples that do too. */
  const kinds: Readonly<Record<string, readonly [fits: unknown, ...also: string[]]>> = {
    path: ['/tmp/none', 'empty', 'text'],
    text: ['x', 'empty', 'text', 'NUL', 'path with NUL'],
    word: ['x', 'text', 'NUL', 'path with NUL'],
    data: ['/tmp/none', 'empty', 'text', 'NUL', 'path with NUL'],
    command: ['view.up', 'empty', 'text', 'NUL', 'path with NUL'],
    encoding: ['utf8'],
    mode: ['r'],
    whence: ['set'],
    output: ['stdout'],
    format: ['zip'],
    review: [{ files: '', manifest: {} }],
    answer: ['no'],
    size: [1, '0', '5'],
    count: [1, '5'],
    whole: [1, '0', '5', '-1'],
    callback: [() => undefined, 'function'],
    signal: [new AbortController().signal],
    options: [{}, 'object'],
    spec: [{ kind: 'mem' }],
    rule: [{ keep: 1, days: 1 }],
    grant: [{ who: 'x', cap: 'http', subject: '' }],
    json: [{}, 'object', 'unknown field'],
    list: [[], 'list'],
  };
  const kindOf = (name: string): readonly [unknown, ...string[]] => {
    const kind = kinds[name.replace('?', '')];
    if (!kind) throw new Error(`no kind ${name}`);
    return kind;
  };

  const file = (await (oanix.fs['open'] as Call)('/tmp/wrong-calls', 'w+')) as Group;
  const terminal = (await (oanix['terminal'] as Call)('/bin/sh', {
    args: ['sh', '-c', 'sleep 60'],
  })) as Group;
  const groups: [string, Group][] = [
    ['oanix', oanix],
    ['file', file],
    ['terminal', terminal],
    ['capsules', (await (oanix['capsules'] as Call)()) as Group],
  ];
  for (const [name, part] of Object.entries(oanix))
    if (typeof part === 'object') groups.push([`oanix.${name}`, part as Group]);
  const wrong: string[] = [];
  let calls = 0;

  const tryOne = async (
    name: string,
    self: Group,
    method: Call,
    args: unknown[],
    about: string,
  ) => {
    calls++;
    let outcome: unknown;
    let promised: unknown;
    try {
      promised = method.apply(self, args);
    } catch (error) {
      outcome = error;
      if (!/\.(pathOf|register|stream|packFolder)$/.test(name))
        wrong.push(`${name}(${about}) threw at once`);
    }
    try {
      await promised;
    } catch (error) {
      outcome = error;
    }
    const said = outcome instanceof TypeError ? outcome.message : undefined;
    if (said === undefined || !said.startsWith(`${name}: `) || !said.includes(' must '))
      wrong.push(`${name}(${about}): ${outcome === undefined ? 'was accepted' : String(outcome)}`);
  };

  for (const [prefix, group] of groups) {
    const names = new Set([
      ...Object.keys(group),
      ...Object.getOwnPropertyNames(Object.getPrototypeOf(group)),
    ]);
    for (const key of Object.getOwnPropertyNames(Object.prototype)) names.delete(key);
    for (const key of names) {
      const getter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(group), key)?.get;
      const method = getter ? undefined : group[key];
      if (typeof method !== 'function') continue;
      const name = `${prefix}.${key}`;
      const params = table[name];
      if (!params) {
        wrong.push(`${name} is not in the table of functions`);
        continue;
      }
      for (const [at, param] of params.entries()) {
        const [, ...also] = kindOf(param);
        if (param.endsWith('?')) also.push('undefined');
        for (const [about, sample] of Object.entries(samples)) {
          if (also.includes(about)) continue;
          const args = params.map((each) => kindOf(each)[0]);
          args[at] = sample;
          await tryOne(name, group, method as Call, args, `argument ${at + 1}: ${about}`);
        }
      }
    }
  }

  type Schema = {
    type: string;
    pattern?: string;
    enum?: unknown[];
    items?: Schema;
    properties?: Record<string, Schema>;
  };
  const allows = (schema: Schema, value: unknown): boolean => {
    if (schema.enum) return schema.enum.includes(value);
    if (Array.isArray(value))
      return schema.type === 'array' && value.every((each) => allows(schema.items as Schema, each));
    const isType = typeof value === schema.type;
    return isType && (typeof value !== 'string' || new RegExp(schema.pattern ?? '').test(value));
  };
  /** The wrong values of a command's arguments are those that its own schema does not allow. */
  const tryCommand = async (commands: Group, id: string, { properties = {} }: Schema) => {
    const good = Object.entries(properties).map(([name, schema]) => {
      const values = [true, '/tmp/none', 'x', [], ...(schema.enum ?? [])];
      return [name, values.find((value) => allows(schema, value))] as const;
    });
    const run = (args: Group, about: string): Promise<void> =>
      tryOne('oanix.commands.run', commands, commands['run'] as Call, [id, args], about);
    const fits = Object.fromEntries(good);
    await run({ ...fits, unknown: 1 }, `${id} with an unknown argument`);
    for (const [name, schema] of Object.entries(properties))
      for (const [about, sample] of Object.entries(samples))
        if (sample !== undefined && !allows(schema, sample))
          await run({ ...fits, [name]: sample }, `${id}, ${name}: ${about}`);
  };
  const { commands } = oanix as { commands?: Group };
  const listed = ((commands?.['list'] as Call | undefined)?.() ?? []) as {
    id: string;
    args: Schema & { required: string[] };
  }[];
  for (const { id, args } of listed) {
    await tryCommand(commands as Group, id, args);
    if (args.required.length > 0)
      await tryOne(
        'oanix.commands.run',
        commands as Group,
        commands?.['run'] as Call,
        [id],
        `${id} without arguments`,
      );
  }
  await (terminal['close'] as Call)();
  await (file['close'] as Call)();
  return { wrong, calls };
}
