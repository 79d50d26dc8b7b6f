/** NostrFs: an identity that signs, relays, events out and in, subscriptions and jobs, as files. */
import { type CloneDir, CloneHandles, Clones } from '../../kernel/clone.ts';
import { controlHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import {
  type ComputedDir,
  type ComputedFile,
  fixedDir,
  jsonFile,
  TreeService,
} from '../../kernel/filetree.ts';
import { jsonHandle } from '../../kernel/jsoncontrol.ts';
import type { FileHandle, Mode, ServiceSpec } from '../../kernel/service.ts';
import { Waiters } from '../../kernel/waiters.ts';
import type { NostrJob } from './job.ts';
import { type NostrState, relayFrom } from './nostr.ts';
import type { Subscription } from './subscription.ts';

/** What is written to a control file is no longer; an event has at most what the policy allows. */
const CONTROL_BYTES = 1 << 20;
const SUBS_OPEN_MAX = 64;

export class NostrFs extends TreeService {
  constructor(state: NostrState, spec: ServiceSpec = { kind: 'nostr' }) {
    super(spec, rootOf(state));
  }
}

function rootOf(state: NostrState): ComputedDir {
  const { identity } = state;
  const told = (text: (pubkey: string) => string): ComputedFile => ({
    may: 'read',
    open: () => textHandle(async (signal) => `${text(await identity.pubkey(signal))}\n`),
  });
  const most = CONTROL_BYTES + state.gate.policy.bytes.request;
  const subs = new Clones(SUBS_OPEN_MAX, (number, gone) => new SubDir(number, state, gone));
  return fixedDir({
    identity: fixedDir({
      pubkey: told((pubkey) => pubkey),
      npub: told((pubkey) => identity.npub(pubkey)),
    }),
    submit: {
      may: 'both',
      open: (mode) => jsonHandle(mode, most, (value) => ({ id: state.submit(value) })),
    },
    request: {
      may: 'both',
      open: (mode) => jsonHandle(mode, most, (value) => ({ id: state.request(value) })),
    },
    outbox: outgoing(state, false),
    sent: outgoing(state, true),
    wait: {
      names: () => [...state.outgoing.keys()],
      at: (id) =>
        state.outgoing.has(id)
          ? jsonFile(async (signal) => (await state.settled(id, signal)).json)
          : undefined,
    },
    inbox: {
      names: () => [...state.inbox.keys()].map((id) => `${id}.json`),
      at: (name) => {
        const event = state.inbox.get(name.replace(/\.json$/, ''));
        return event && name.endsWith('.json') ? jsonFile(() => event) : undefined;
      },
    },
    relays: { may: 'both', open: (mode) => relaysHandle(state, mode) },
    subs: {
      names: () => ['clone', ...subs.names()],
      at: (name) => (name === 'clone' ? subs.file : subs.at(name)),
    },
    jobs: {
      names: () => [...state.jobs.keys()],
      at: (id) => {
        const job = state.jobs.get(id);
        return job && jobDir(state, job);
      },
    },
    status: jsonFile((signal) => state.status(signal)),
  });
}

const outgoing = (state: NostrState, isOver: boolean): ComputedDir => ({
  names: () =>
    [...state.outgoing.values()]
      .filter((each) => each.isOver === isOver)
      .map(({ id }) => `${id}.json`),
  at: (name) => {
    const found = state.outgoing.get(name.replace(/\.json$/, ''));
    if (!found || !name.endsWith('.json') || found.isOver !== isOver) return undefined;
    return jsonFile(() => found.json);
  },
});

/** Reads as the list; truncating replaces it with the lines that are written, else they are added. */
function relaysHandle(state: NostrState, mode: Mode): FileHandle {
  let kept = mode.truncate ? [] : [...state.relays];
  const set = (urls: readonly string[]): void => {
    state.setRelays(urls);
    kept = [...state.relays];
  };
  const lines = controlHandle((line) => {
    if (!line.startsWith('-')) return set([...kept, line]);
    const gone = relayFrom(line.slice(1));
    if (!kept.includes(gone)) fail('ENOENT', `${gone} is none of the relays`);
    return set(kept.filter((url) => url !== gone));
  });
  const control: FileHandle = {
    ...lines,
    close: async () => {
      await lines.close?.();
      // Truncated, and nothing written: there are none.
      if (mode.truncate && kept.length === 0) set([]);
    },
  };
  const text = textHandle(() => state.relays.map((url) => `${url}\n`).join(''));
  // A stream would be no place to read from again; a reader that writes too is served in order.
  return mode.write || mode.append
    ? { ...control, ...(mode.read ? { read: text.read } : {}) }
    : text;
}

const jobDir = (state: NostrState, job: NostrJob): ComputedDir =>
  fixedDir({
    'request.json': jsonFile(() => job.request),
    'feedback.jsonl': {
      may: 'read',
      open: () =>
        textHandle(() => job.feedback.map((event) => `${JSON.stringify(event)}\n`).join('')),
    },
    wait: jsonFile(async (signal) => (await state.done(job.id, signal)).outcome),
    ...(job.isOver ? { 'result.json': jsonFile(() => job.outcome) } : {}),
  });

/** A numbered directory, whose subscription begins when a filter is written. */
class SubDir implements CloneDir {
  readonly dir: ComputedDir;
  readonly #state: NostrState;
  readonly #handles: CloneHandles;
  readonly #waiters = new Waiters();
  #subscription: Subscription | undefined;
  #told = '';

  constructor(number: string, state: NostrState, gone: () => void) {
    this.#state = state;
    this.#handles = new CloneHandles(number, () => {
      this.#end();
      gone();
    });
    this.dir = fixedDir({
      ctl: { may: 'both', open: () => this.ctl() },
      filter: { may: 'both', open: (mode) => this.#filter(mode) },
      events: { may: 'read', open: () => this.#events() },
      status: jsonFile(() => ({
        ...(this.#subscription?.status ?? { filters: [] }),
        id: number,
      })),
    });
  }

  ctl(): FileHandle {
    return this.#handles.ctl((line) => {
      if (line === 'close') this.#end();
      else fail('EINVAL', `'${line}' is none of close, keep, forget`);
    });
  }

  /** Another filter takes the place of the first; what waits to be read is gone with it. */
  #filter(mode: Mode): FileHandle {
    if (!mode.write && !mode.append) return this.#handles.hold(textHandle(() => this.#told));
    return this.#handles.hold(
      jsonHandle(mode, CONTROL_BYTES, (value) => {
        const before = this.#subscription;
        this.#subscription = this.#state.subscribeTo(value);
        this.#told = `${JSON.stringify(value)}\n`;
        if (before) this.#state.unsubscribe(before);
        this.#waiters.wake();
        return { id: this.#handles.number };
      }),
    );
  }

  /** Waits for a filter, then yields one event a line. */
  #events(): FileHandle {
    const queue = (): Subscription['events'] | undefined => this.#subscription?.events;
    return this.#handles.hold({
      stream: true,
      ready: (what) => (what === 'read' ? queue()?.ready('read') : undefined),
      changed: (signal) => queue()?.changed(signal) ?? this.#waiters.wait(signal),
      read: async (_at, count, signal) => {
        while (!queue()) await this.#waiters.wait(signal);
        return (queue() as Subscription['events']).read(count, signal);
      },
      unread: (data) => queue()?.unread(data),
    });
  }

  #end(): void {
    if (this.#subscription) this.#state.unsubscribe(this.#subscription);
  }
}
