/** What the page shows. Components read it through hooks; only actions change it. */
import { create } from 'zustand';
import type { CapsuleReview, LeftOut } from '../boot/capsules.ts';
import type { BootStage, DamageReport } from '../boot/protocol.ts';
import type { ExitStatus } from '../kernel/process.ts';
import type { About, Entry, ServiceSpec } from '../kernel/service.ts';
import type { Asked } from '../policy/asks.ts';
import type { StoreState } from '../storage/state.ts';
import type { Preflight } from '../wasi/module.ts';
import type { ContentType } from './contenttypes.ts';
import type { Playing } from './demos/playing.ts';
import { type DialogStack, noDialogs } from './dialogstack.ts';
import type { FileText, TextFormat } from './editor/encodings.ts';
import type { Answer, Conflict } from './files/conflicts.ts';
import type { FileOperation } from './files/history.ts';
import type { Outcome } from './files/outcomes.ts';
import type { Mounted, NetworkState } from './network.ts';
import type { ReviewState } from './review.ts';
import type { Output } from './runs.ts';
import type { Settings, Theme } from './settings.ts';
import type { Sized } from './sizes.ts';
import type { TimelineState } from './timeline.ts';
import type { WorkState } from './work.ts';

export interface MountRow {
  readonly at: string;
  readonly kind: 'dir' | 'file';
  readonly members: readonly {
    readonly service: ServiceSpec;
    /** The number of the mounted service, as in the stat of its files. */
    readonly dev: number;
    readonly base: string;
    readonly ro: boolean;
    readonly create: boolean;
    readonly from?: string;
    readonly original: boolean;
    readonly failed?: string;
    readonly about?: About;
    readonly use: { readonly read: number; readonly written: number; readonly calls: number };
  }[];
}

/** What is open in the centre. */
export type View =
  | {
      readonly kind: 'loading';
      /** Bytes, of a large file that is being read. */
      readonly read?: number;
      readonly size?: number;
    }
  | { readonly kind: 'dir' }
  | {
      readonly kind: 'text';
      /** Without the byte order mark, which is part of the format. */
      readonly text: string;
      readonly format: TextFormat;
      /** Characters of its longest line. */
      readonly longest: number;
      readonly version: number;
      readonly readOnly: boolean;
      /** Why it cannot be edited, where that is not the mount's. */
      readonly reason?: string | undefined;
      /** What its first bytes say that it holds, where that is more than text. */
      readonly content?: ContentType | undefined;
    }
  | {
      readonly kind: 'bytes';
      readonly size: number;
      readonly version: number;
      /** Why it is not shown as text, where one could think that it is one. */
      readonly reason?: string | undefined;
      /** What its first bytes say that it holds, where that is known. */
      readonly content?: ContentType | undefined;
    }
  | { readonly kind: 'stream' }
  /** What a program changed, to be kept or discarded. */
  | { readonly kind: 'review' }
  /** The snapshots. */
  | { readonly kind: 'timeline' }
  /** Graded tasks, environments or jobs. */
  | { readonly kind: 'work' }
  /** What of the network is granted, and what it did. */
  | { readonly kind: 'network' }
  | { readonly kind: 'error'; readonly message: string };

/** Unsaved text, how it is to be saved, and the file that it was begun from: another file now is a conflict. */
export interface Draft extends FileText {
  readonly base: FileText;
  /** Characters of its longest line where the editor would not show that, else 0. */
  readonly longest: number;
  /** The text before a paste or another change that made a line too long for the editor, which could not undo it. */
  readonly beforeLongLine?: string;
}

/** A tab shows a path; one that is not pinned gives way to what is opened next. */
export interface Tab {
  readonly path: string;
  readonly pinned: boolean;
}

/** One of the areas that the centre is split into: its tabs, and what the one in front shows. */
export interface Pane {
  readonly id: number;
  readonly tabs: readonly Tab[];
  /** Of the tab in front. */
  readonly path: string;
  readonly view: View;
  /** The open file changed elsewhere while it has unsaved text. */
  readonly conflict: boolean;
  /** In a directory: the entry with the cursor, and all that are marked, by their paths. */
  readonly selected: string | undefined;
  readonly marked: readonly string[];
}

export const newPane = (id: number, tabs: readonly Tab[] = [], path = '/'): Pane => ({
  id,
  tabs,
  path,
  view: { kind: 'loading' },
  conflict: false,
  selected: undefined,
  marked: [],
});

export interface RunRow {
  readonly id: number;
  readonly name: string;
  readonly pid: number;
  readonly kind: 'run' | 'shell';
  readonly status: ExitStatus | undefined;
  readonly output: Output;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly bad: boolean;
  readonly progress?: number;
  readonly cancel?: () => void;
  readonly action?: ToastAction;
  /** Opens what there is no room for in a toast. */
  readonly details?: ToastAction;
}

export interface ToastAction {
  readonly label: string;
  run(): void;
}

export type DialogState =
  | {
      readonly kind: 'name';
      readonly title: string;
      readonly label: string;
      readonly value: string;
      readonly done: (name: string) => Promise<void>;
    }
  | {
      readonly kind: 'confirm';
      readonly title: string;
      readonly text: string;
      readonly confirm: string;
      readonly look: 'primary' | 'danger';
      readonly answer: (yes: boolean) => void;
    }
  | {
      readonly kind: 'conflict';
      readonly conflict: Conflict;
      readonly answer: (answer: Answer) => void;
    }
  /** How the items of a batch have ended that need a word. */
  | { readonly kind: 'report'; readonly title: string; readonly outcomes: readonly Outcome[] }
  /** The encoding that a file is read in, or that its text is saved in. */
  | { readonly kind: 'encoding'; readonly path: string; readonly how: 'reopen' | 'save' }
  /** The encoding that the names in an archive are read in. */
  | { readonly kind: 'archiveNames'; readonly path: string; readonly encoding: string }
  /** Tabs are being closed that alone show unsaved text. */
  | {
      readonly kind: 'unsaved';
      readonly paths: readonly string[];
      readonly answer: (choice: 'save' | 'discard' | 'cancel') => void;
    }
  | {
      readonly kind: 'program';
      readonly name: string;
      readonly program: string | Uint8Array;
      readonly preflight: Preflight;
      readonly keepIn: string;
      /** When a dropped one was changed last, in milliseconds since 1970. */
      readonly modified?: number | undefined;
    }
  /** A capsule: the file, and where it is mounted as an archive. */
  | {
      readonly kind: 'capsule';
      readonly file: string;
      readonly archive: string;
      readonly review: CapsuleReview;
    }
  /** What an export would leave out, before it begins. */
  | {
      readonly kind: 'leftOut';
      readonly title: string;
      readonly text: string;
      readonly notes: readonly string[];
      readonly items: readonly LeftOut[];
      readonly answer: (yes: boolean) => void;
    }
  /** A folder was dropped that can be shown live. */
  | {
      readonly kind: 'folder';
      readonly name: string;
      readonly answer: (choice: 'copy' | 'read-only' | 'writable' | undefined) => void;
    }
  | { readonly kind: 'catalogue' }
  /** Commands, paths and mounts, searched from what is typed. */
  | { readonly kind: 'palette'; readonly text: string }
  | { readonly kind: 'demos'; readonly chosen: string | undefined }
  | { readonly kind: 'keys' }
  /** Unsaved text beside its file, which is another one now. */
  | { readonly kind: 'compare'; readonly path: string }
  | { readonly kind: 'settings' }
  | { readonly kind: 'storage' }
  | { readonly kind: 'mount' }
  | { readonly kind: 'environment' }
  /** A job, in an environment where it is for one. */
  | { readonly kind: 'job'; readonly env: string | undefined; readonly main: boolean }
  | { readonly kind: 'trial'; readonly path: string }
  | { readonly kind: 'grant' }
  | { readonly kind: 'policy'; readonly mount: Mounted }
  /** A question of the network for a person. */
  | { readonly kind: 'ask'; readonly asked: Asked }
  /** Of a key by its name, or of all secrets. */
  | { readonly kind: 'unlock'; readonly what: string | undefined }
  | { readonly kind: 'secret' }
  | { readonly kind: 'key' };

export interface AppState {
  readonly boot: 'starting' | 'ready' | 'failed' | 'crashed';
  readonly stages: readonly BootStage[];
  readonly bootError: string | undefined;
  /** What carries the calls of programs here; undefined before the kernel has told. */
  readonly rung: 'shared' | 'jspi' | 'none' | undefined;
  readonly store: StoreState | undefined;
  readonly storeFree: boolean;
  readonly damaged: readonly DamageReport[];
  /** Side by side; at least one. */
  readonly panes: readonly Pane[];
  /** The pane that keys and commands act on, by its id. */
  readonly focused: number;
  /** The places that Back and Forward would show, by their paths; undefined where there is none. */
  readonly backTo: string | undefined;
  readonly forwardTo: string | undefined;
  /** Directory → its entries, for every directory that was looked at. */
  readonly listings: Readonly<Record<string, readonly Entry[]>>;
  readonly mounts: readonly MountRow[];
  /** The environment that was switched to, by its name; empty for the page's own namespace. */
  readonly namespace: string;
  /** Its mounts. */
  readonly envMounts: readonly MountRow[];
  /** Unsaved text by path. */
  readonly drafts: Readonly<Record<string, Draft>>;
  /** Some of it would be lost with the page: it is not kept in the browser yet, or cannot be. */
  readonly draftsAtRisk: boolean;
  /** The encodings that a person has chosen for files, by path; other files tell theirs. */
  readonly encodings: Readonly<Record<string, string>>;
  readonly runs: readonly RunRow[];
  readonly activeRun: number | undefined;
  /** The process table stands where a program's output would. */
  readonly processesShown: boolean;
  /** Programs by number whose changes wait, with how many there are. */
  readonly waiting: Readonly<Record<number, number>>;
  /** Those of them that a reload would lose. */
  readonly unkept: readonly number[];
  readonly review: ReviewState | undefined;
  readonly timeline: TimelineState | undefined;
  readonly work: WorkState | undefined;
  readonly network: { readonly at: string; readonly state: NetworkState } | undefined;
  /** Questions of the network that wait. */
  readonly asked: number;
  readonly dialogs: DialogStack<DialogState>;
  /** Makes a newer version of the page this one; where there is one. */
  readonly takeOver: (() => void) | undefined;
  readonly isOnline: boolean;
  readonly playing: Playing | undefined;
  readonly toasts: readonly Toast[];
  readonly sideOpen: boolean;
  readonly inspectorOpen: boolean;
  readonly sizes: Readonly<Record<Sized, number>>;
  /** The programs below are put away, not ended. */
  readonly dockClosed: boolean;
  /** The row of the tree that has the focus: actions take it in the place of what a pane shows. */
  readonly treeCursor: string | undefined;
  /** The mount that has the focus in its list. */
  readonly mountCursor: string | undefined;
  readonly menu: MenuState | undefined;
  /** What was done to files, and what was undone. */
  readonly past: readonly FileOperation[];
  readonly future: readonly FileOperation[];
  readonly clipboard:
    | {
        readonly how: 'move' | 'copy';
        readonly paths: readonly string[];
        /** The clipboard of the system has the paths as text. */
        readonly isShared: boolean;
      }
    | undefined;
  /** How directories are shown. */
  readonly directories: 'list' | 'grid' | 'columns';
  /** How a person looks at files, by their paths: ids of viewers. */
  readonly looks: Readonly<Record<string, string>>;
  readonly settings: Settings;
  readonly theme: Theme;
}

/** Commands at a place of the page. */
export interface MenuState {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** One of them is so already; above the commands. */
  readonly choices?: readonly MenuChoice[];
  /** Ids of commands; an empty one is a line between. */
  readonly commands: readonly string[];
}

export interface MenuChoice {
  readonly label: string;
  readonly isChosen: boolean;
  choose(): void;
}

export const useApp = create<AppState>(() => ({
  boot: 'starting',
  stages: [],
  bootError: undefined,
  rung: undefined,
  store: undefined,
  storeFree: false,
  damaged: [],
  panes: [newPane(0)],
  focused: 0,
  backTo: undefined,
  forwardTo: undefined,
  listings: {},
  mounts: [],
  namespace: '',
  envMounts: [],
  drafts: {},
  draftsAtRisk: false,
  encodings: {},
  runs: [],
  activeRun: undefined,
  processesShown: false,
  waiting: {},
  unkept: [],
  review: undefined,
  timeline: undefined,
  work: undefined,
  network: undefined,
  asked: 0,
  dialogs: noDialogs,
  takeOver: undefined,
  // Node, where tests read this, has no navigator.
  isOnline: globalThis.navigator?.onLine ?? true,
  playing: undefined,
  toasts: [],
  sideOpen: false,
  inspectorOpen: false,
  sizes: { side: 272, inspector: 300, dock: 340 },
  dockClosed: false,
  treeCursor: undefined,
  mountCursor: undefined,
  menu: undefined,
  past: [],
  future: [],
  clipboard: undefined,
  directories: 'list',
  looks: {},
  settings: { theme: 'night', fontSize: 13, motion: 'system', keys: {} },
  theme: 'night',
}));

export const get = useApp.getState;
export const set = useApp.setState;

/** The pane that has the focus, unless another is asked for. */
export const paneOf = ({ panes, focused }: AppState, id = focused): Pane =>
  panes.find((each) => each.id === id) ?? (panes[0] as Pane);

export const pane = (): Pane => paneOf(get());

/** Changes a pane that is still there. */
export function setPane(change: Partial<Pane>, id = get().focused): void {
  set({ panes: get().panes.map((each) => (each.id === id ? { ...each, ...change } : each)) });
}

/** Whether a path is in front in any pane. */
export const isShown = (path: string): boolean => get().panes.some((each) => each.path === path);

/** Whether a kind of view is in front in any pane. */
export const showsKind = (kind: View['kind']): boolean =>
  get().panes.some(({ view }) => view.kind === kind);
