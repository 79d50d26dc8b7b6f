/** `window.oanix.commands`, and the same commands as WebMCP tools where the browser has them. */
import { type ArgTable, checkArgs, schemaOf } from './command.ts';
import { call, commands, isAvailable, keysOf, titleOf } from './table.ts';

export interface CommandInfo {
  readonly id: string;
  readonly title: string;
  readonly keys: string;
  /** JSON Schema of its arguments. */
  readonly args: object;
  /** A person is asked before it is done. */
  readonly isDestructive: boolean;
  readonly isAvailable: boolean;
}

/** For agents, tests and the console. */
export interface CommandsApi {
  list(): readonly CommandInfo[];
  /** Rejects with a TypeError that names a wrong argument (its `code` is EINVAL), else with a `code`: ENOENT, or that of what it does. */
  run(id: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

const forPrograms = commands.filter(({ isForPeople }) => !isForPeople);

export const commandsApi: CommandsApi = {
  list: () =>
    forPrograms.map((command) => ({
      id: command.id,
      title: titleOf(command),
      keys: keysOf(command),
      args: schemaOf(command.args),
      isDestructive: command.isDestructive ?? false,
      isAvailable: isAvailable(command),
    })),
  run: call,
};

/** https://webmachinelearning.github.io/webmcp/ */
interface ModelContext {
  registerTool(tool: {
    name: string;
    description: string;
    inputSchema: object;
    annotations?: { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean };
    execute(args: Readonly<Record<string, unknown>>): Promise<object>;
  }): void;
}

/** What an agent needs beside the commands: to look. */
const looks: readonly {
  readonly name: string;
  readonly about: string;
  look(path: string): Promise<unknown>;
}[] = [
  {
    name: 'fs_read',
    about: 'The text of a file in the namespace',
    look: (path) => window.oanix.fs.readFile(path, 'utf8'),
  },
  {
    name: 'fs_list',
    about: 'The entries of a directory in the namespace, with their kinds',
    look: async (path) =>
      (await window.oanix.fs.readdir(path)).map(({ name, kind }) => `${name}\t${kind}`).join('\n'),
  },
];

const LOOK_ARGS = {
  path: { type: 'path', about: 'An absolute path', isRequired: true },
} as const satisfies ArgTable;

export function offerTools(): void {
  const { modelContext } = document as Document & { modelContext?: ModelContext };
  if (!modelContext) return;
  for (const command of forPrograms) {
    const name = command.id.replace('.', '_');
    modelContext.registerTool({
      name,
      description: command.title,
      inputSchema: schemaOf(command.args),
      annotations: { destructiveHint: command.isDestructive ?? command.changes ?? false },
      execute: (args) => answered(() => call(command.id, args, name)),
    });
  }
  for (const { name, about, look } of looks)
    modelContext.registerTool({
      name,
      description: about,
      inputSchema: schemaOf(LOOK_ARGS),
      annotations: { readOnlyHint: true },
      execute: (args) =>
        answered(async () => {
          checkArgs(name, LOOK_ARGS, args);
          return look(args['path'] as string);
        }),
    });
}

/** A failure is an answer too, that an agent can read. */
async function answered(run: () => Promise<unknown>): Promise<object> {
  try {
    const result = await run();
    const text = typeof result === 'string' ? result : (JSON.stringify(result) ?? 'done');
    return { content: [{ type: 'text', text }] };
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return { content: [{ type: 'text', text: `${code ?? 'error'}: ${message}` }], isError: true };
  }
}
