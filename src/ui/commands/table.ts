/** The one table of commands, and how one is run: by a person, who may be asked, or by a program, whose arguments are checked. */
import { must } from '../../boot/arguments.ts';
import { attempt, Undone } from '../notices.ts';
import { get } from '../store.ts';
import { type ArgTable, type Command, checkArgs, type Given, refuse } from './command.ts';
import { fileCommands } from './filecommands.ts';
import { helpCommands } from './helpcommands.ts';
import { spaceCommands } from './spacecommands.ts';
import { textCommands } from './textcommands.ts';
import { viewCommands } from './viewcommands.ts';

export const commands: readonly Command[] = [
  ...viewCommands,
  ...fileCommands,
  ...textCommands,
  ...spaceCommands,
  ...helpCommands,
];

const byId = new Map(commands.map((each) => [each.id, each]));
export const commandOf = (id: string): Command | undefined => byId.get(id);

/** Its keys: a person's own, else those of the table; empty for none. */
export const keysOf = (command: Command): string =>
  get().settings.keys[command.id] ?? command.keys ?? '';

export const titleOf = (command: Command): string => command.describe?.() ?? command.title;

export const isAvailable = (command: Command): boolean => command.isAvailable?.() ?? true;

/** For a person: what is missing is asked, what goes wrong is told. */
export function perform(id: string): void {
  const command = commandOf(id);
  if (command) void attempt(command.title, async () => void (await command.run({})));
}

/**
 * For a program, whose arguments are checked before anything is done: a wrong one is a TypeError that names it and the caller (its
 * `code` is EINVAL). ENOENT where there is no such command, ECANCELED where the person said no; what the command throws is passed on.
 */
export async function call(
  id: string,
  args: Readonly<Record<string, unknown>> = {},
  caller = 'oanix.commands.run',
): Promise<unknown> {
  refuse(caller, checkId(id, 'id'));
  const command = byId.get(id);
  if (!command || command.isForPeople)
    throw Object.assign(new Error(`there is no command '${id}': ${LISTED}`), { code: 'ENOENT' });
  checkArgs(caller, command.args, args);
  const result = await command.run(args as Given<ArgTable>);
  if (result instanceof Undone) throw result.reason;
  return result;
}

const LISTED = 'oanix.commands.list() names them all';
const checkId = must(`the id of a command (${LISTED})`, (value) => typeof value === 'string');
