/** Commands on the namespace and what runs in it: mounts, programs, snapshots, work and the network. */
import type { ExitStatus } from '../../kernel/process.ts';
import { openDialog } from '../dialogs.ts';
import { chosen, here } from '../files/operations.ts';
import {
  keepFiles,
  redoMount,
  setReadOnly,
  stepMount,
  undoMount,
  unmount,
} from '../mountactions.ts';
import { chooseNamespace, switchTo } from '../namespaces.ts';
import {
  allow,
  capabilityAt,
  editPolicy,
  keyForVisit,
  openNetwork,
  showTab,
} from '../networkactions.ts';
import { open } from '../panes.ts';
import { pathOfProcess } from '../processes.ts';
import { decideAll, openReview, reviewed } from '../review.ts';
import { openTerminal, preflight, runScript, startAndWait } from '../runs.ts';
import { client } from '../session.ts';
import { get, pane, type RunRow, set } from '../store.ts';
import { isProgram } from '../text.ts';
import { TIMELINE, takeSnapshot } from '../timeline.ts';
import { pathOfTrace } from '../tracecall.ts';
import { workPaths } from '../work.ts';
import { startTrial } from '../workactions.ts';
import { command } from './command.ts';

const AT = {
  type: 'path',
  about: 'The mount point, an absolute path',
  isRequired: true,
} as const;
const ORDER = {
  type: 'string',
  about: 'What becomes of what is there: hidden, searched after this, or before it',
  oneOf: ['replace', 'before', 'after'],
} as const;
const READ_ONLY = { type: 'boolean', about: 'Every change through it is EROFS' } as const;

/** The mount that a menu was opened on, else the one that is open. */
function mountHere(): string | undefined {
  const { mounts, mountCursor } = get();
  const wanted = mountCursor ?? pane().path;
  return mounts.find(({ at }) => at === wanted)?.at;
}

const isReadOnlyMount = (at: string | undefined): boolean =>
  get()
    .mounts.find((each) => each.at === at)
    ?.members.every(({ ro }) => ro) ?? false;

const shownRun = (): RunRow | undefined => get().runs.find(({ id }) => id === get().activeRun);

const program = (): string | undefined => chosen().find(isProgram);

export const spaceCommands = [
  command({
    id: 'mount.add',
    title: 'Mount…',
    isForPeople: true,
    run: () => openDialog({ kind: 'mount' }),
  }),
  command({
    id: 'mount.memory',
    title: 'Mount memory',
    changes: true,
    args: { at: AT, order: ORDER, readOnly: READ_ONLY },
    isAvailable: () => false,
    run: ({ at = '', order, readOnly }) =>
      client().oanix.mount({ kind: 'mem' }, at, flagsOf(order, readOnly)),
  }),
  command({
    id: 'mount.bind',
    title: 'Bind',
    changes: true,
    args: {
      from: { type: 'path', about: 'What is shown, an absolute path', isRequired: true },
      to: AT,
      order: ORDER,
      readOnly: READ_ONLY,
    },
    isAvailable: () => false,
    run: ({ from = '', to = '', order, readOnly }) =>
      client().oanix.bind(from, to, flagsOf(order, readOnly)),
  }),
  command({
    id: 'mount.remove',
    title: 'Unmount…',
    isDestructive: true,
    args: { at: AT },
    isAvailable: () => (mountHere() ?? '/') !== '/',
    run: ({ at = mountHere() ?? '/' }) => unmount(at),
  }),
  command({
    id: 'mount.readOnly',
    title: 'Read-only, or writable',
    changes: true,
    describe: () => (isReadOnlyMount(mountHere()) ? 'Make writable' : 'Make read-only'),
    args: { at: AT, readOnly: READ_ONLY },
    isAvailable: () => mountHere() !== undefined,
    run: ({ at = mountHere() ?? '/', readOnly = !isReadOnlyMount(at) }) =>
      setReadOnly(at, readOnly),
  }),
  command({
    id: 'mount.earlier',
    title: 'Move the mount up',
    args: { at: AT },
    isAvailable: () => mountHere() !== undefined,
    run: ({ at = mountHere() ?? '/' }) => stepMount(at, -1),
  }),
  command({
    id: 'mount.later',
    title: 'Move the mount down',
    args: { at: AT },
    isAvailable: () => mountHere() !== undefined,
    run: ({ at = mountHere() ?? '/' }) => stepMount(at, 1),
  }),
  command({
    id: 'mount.policy',
    title: 'Policy…',
    isForPeople: true,
    isAvailable: () => capabilityAt(mountHere() ?? '/') !== undefined,
    run: () => editPolicy(mountHere() ?? '/'),
  }),
  command({
    id: 'mount.undo',
    title: 'Undo the last change of mounts',
    changes: true,
    run: undoMount,
  }),
  command({
    id: 'mount.redo',
    title: 'Do the undone change of mounts again',
    changes: true,
    run: redoMount,
  }),
  command({
    id: 'mount.text',
    title: 'The namespace as text',
    isAvailable: () => false,
    run: () => client().oanix.ns(),
  }),
  command({
    id: 'program.run',
    title: 'Run…',
    args: {
      path: { type: 'path', about: 'A WASI program; a person is asked how', isRequired: true },
    },
    isAvailable: () => program() !== undefined,
    run: ({ path = program() }) => {
      if (path !== undefined) return preflight(path, path);
    },
  }),
  command({
    id: 'program.start',
    title: 'Run a program over copies',
    changes: true,
    args: {
      path: { type: 'path', about: 'A program of the namespace', isRequired: true },
      args: { type: 'strings', about: 'Its arguments, without its own name' },
    },
    isAvailable: () => false,
    run: async ({ path = '', args = [] }) => endingOf(await startAndWait(path, args)),
  }),
  command({
    id: 'shell.run',
    title: 'Run a line of the shell',
    changes: true,
    args: {
      script: {
        type: 'string',
        about: 'As sh -c takes it; it shares this namespace',
        isRequired: true,
      },
    },
    isAvailable: () => false,
    run: async ({ script = '' }) => endingOf(await runScript(script)),
  }),
  command({
    id: 'trace.show',
    title: 'Show the calls of the last program',
    isAvailable: () => get().runs.length > 0,
    run: () => {
      const last = get().runs.at(-1);
      if (last) return open(pathOfTrace(last.pid), { pinned: true });
    },
  }),
  command({
    id: 'review.open',
    title: 'Review what a program changed',
    isAvailable: () => reviewed() !== undefined,
    run: () => openReview(),
  }),
  command({
    id: 'review.keep',
    title: 'Keep all that a program changed',
    changes: true,
    isAvailable: () => reviewed() !== undefined,
    run: () => decideAll('keep'),
  }),
  command({
    id: 'review.discard',
    title: 'Discard all that a program changed',
    changes: true,
    isAvailable: () => reviewed() !== undefined,
    run: () => decideAll('discard'),
  }),
  command({
    id: 'work.try',
    title: 'Try an agent at a graded task',
    args: {
      task: { type: 'path', about: 'The folder of the task', isRequired: true },
      command: { type: 'string', about: 'A command of the environment; without it, the solution' },
    },
    isAvailable: () => false,
    run: ({ task = '', command: line }) =>
      startTrial({
        path: task,
        agent: line ?? 'solution',
        kind: line === undefined ? undefined : { Script: { text: line } },
      }),
  }),
  command({
    id: 'program.install',
    title: 'Install programs…',
    run: () => openDialog({ kind: 'catalogue' }),
  }),
  command({
    id: 'terminal.new',
    title: 'New terminal',
    keys: 'Alt+T',
    run: () => openTerminal(),
  }),
  command({
    id: 'terminal.here',
    title: 'New terminal here',
    isForPeople: true,
    run: () => openTerminal(here()),
  }),
  command({
    id: 'program.tab',
    title: 'Show the program below in a tab',
    isAvailable: () => shownRun() !== undefined,
    run: () => {
      const run = shownRun();
      if (!run) return;
      set({ dockClosed: true });
      return open(pathOfProcess(run.pid), { pinned: true });
    },
  }),
  command({
    id: 'processes.toggle',
    title: 'Processes: show or hide',
    run: () => set({ processesShown: !get().processesShown, dockClosed: false }),
  }),
  command({
    id: 'programs.toggle',
    title: 'Programs: put away or show',
    keys: 'Mod+J',
    isAvailable: () => get().runs.length > 0 || get().processesShown,
    run: () => set({ dockClosed: !get().dockClosed }),
  }),
  command({ id: 'snapshots.open', title: 'Show the snapshots', run: () => open(TIMELINE) }),
  command({
    id: 'snapshots.take',
    title: 'Take a snapshot…',
    args: { name: { type: 'name', about: 'Its name', isRequired: true } },
    run: ({ name }) =>
      name === undefined ? takeSnapshot() : client().oanix.snapshots.create(name),
  }),
  command({ id: 'work.tasks', title: 'Show graded tasks', run: () => open(workPaths.tasks) }),
  command({
    id: 'work.environments',
    title: 'Show environments',
    run: () => open(workPaths.environments),
  }),
  command({
    id: 'namespace.switch',
    title: 'Switch namespace…',
    args: {
      environment: {
        type: 'string',
        about: "An environment; empty for the page's own namespace",
        isRequired: true,
      },
    },
    run: ({ environment }) =>
      environment === undefined ? chooseNamespace() : switchTo(environment),
  }),
  command({ id: 'work.jobs', title: 'Show jobs', run: () => open(workPaths.jobs) }),
  command({
    id: 'work.newEnvironment',
    title: 'New environment…',
    isForPeople: true,
    run: () => openDialog({ kind: 'environment' }),
  }),
  command({ id: 'network.open', title: 'Show the network', run: openNetwork }),
  command({
    id: 'network.requests',
    title: 'Show the requests',
    run: async () => {
      await openNetwork();
      showTab('requests');
    },
  }),
  command({
    id: 'network.allow',
    title: 'Grant a capability for some places',
    isDestructive: true,
    args: {
      cap: { type: 'string', about: 'Which', oneOf: ['http', 'ws', 'nostr'], isRequired: true },
      places: { type: 'strings', about: 'Origins, or relays', isRequired: true },
      key: { type: 'name', about: 'The name of the key that signs, for nostr' },
    },
    isAvailable: () => false,
    run: ({ cap = '', places = [], key }) => allow(cap as 'http' | 'ws' | 'nostr', places, key),
  }),
  command({
    id: 'keys.visit',
    title: 'A new key for this visit',
    args: { name: { type: 'name', about: 'Its name', isRequired: true } },
    isAvailable: () => false,
    run: ({ name = 'visit' }) => keyForVisit(name),
  }),
  command({
    id: 'network.grant',
    title: 'Grant a capability…',
    isForPeople: true,
    run: () => openDialog({ kind: 'grant' }),
  }),
  command({
    id: 'storage.open',
    title: 'Storage…',
    run: () => openDialog({ kind: 'storage' }),
  }),
  command({
    id: 'storage.keep',
    title: 'Keep my files',
    isForPeople: true,
    run: keepFiles,
  }),
];

const endingOf = ({ exit_code, signal }: ExitStatus) => ({ exit_code, signal });

const flagsOf = (order: string | undefined, ro: boolean | undefined) => ({
  order: (order ?? 'replace') as 'replace' | 'before' | 'after',
  create: ro !== true,
  ro: ro ?? false,
});
