/** What runs apart in one shell: held, put behind, interrupted, each by itself. */
import { describe, expect, it } from 'vitest';
import { FsError } from '../kernel/errors.ts';
import { kernelStream } from './io.ts';
import { Job } from './jobs.ts';
import { State } from './state.ts';
import { type Call, Interrupted, Sys } from './sys.ts';

/** A kernel whose descriptor 0 gives what is typed, and tells who waits for it. */
function typewriter() {
  const waiting: ((data: Uint8Array) => void)[] = [];
  let calls = 0;
  const call = ((operation: string, _args: unknown, signal?: AbortSignal) => {
    calls++;
    if (operation !== 'read') return Promise.resolve({});
    return new Promise<unknown>((resolve, reject) => {
      const give = (data: Uint8Array): void => resolve({ data });
      waiting.push(give);
      signal?.addEventListener('abort', () => {
        waiting.splice(waiting.indexOf(give), 1);
        reject(new FsError('EINTR', { reason: 'interrupted' }));
      });
    });
  }) as unknown as Call;
  return {
    sys: new Sys(call, async () => undefined, new Set([0])),
    type: (text: string) => waiting.shift()?.(new TextEncoder().encode(text)),
    waiting,
    calls: () => calls,
  };
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const asText = async (data: Promise<Uint8Array>): Promise<string> =>
  new TextDecoder().decode(await data);

describe('what runs apart', () => {
  it('does not sleep where it was interrupted before', async () => {
    const { sys } = typewriter();
    sys.interrupt();
    await expect(sys.sleep(1_000_000)).rejects.toThrow(Interrupted);
  });

  it('takes nothing that is typed while it is held, and goes on where it was', async () => {
    const { sys, type, waiting } = typewriter();
    const read = asText(sys.read(0));
    await soon();
    sys.hold();
    await soon();
    expect(waiting).toHaveLength(0);
    sys.release(true);
    await soon();
    type('mine');
    expect(await read).toBe('mine');
  });

  it('waits with the terminal, and with nothing else, while it is behind', async () => {
    const { sys, type, waiting } = typewriter();
    sys.hold();
    sys.release(false);
    const typed = asText(sys.read(0));
    const other = asText(sys.read(5));
    await soon();
    expect(waiting).toHaveLength(1);
    type('of a file');
    expect(await other).toBe('of a file');
    sys.release(true);
    await soon();
    type('typed');
    expect(await typed).toBe('typed');
  });

  it('makes no call while it is held, and is over at an interrupt, also one before the hold', async () => {
    const { sys, calls } = typewriter();
    sys.hold();
    const call = sys.call('pipe', {});
    await soon();
    expect(calls()).toBe(0);
    sys.release(true);
    await call;
    const read = sys.read(0);
    read.catch(() => undefined);
    await soon();
    sys.interrupt();
    sys.hold();
    await expect(read).rejects.toThrow(Interrupted);
    sys.release(true);
    await expect(sys.checkpoint()).rejects.toThrow(Interrupted);
  });

  it('is interrupted by itself', async () => {
    const { sys, type } = typewriter();
    const apart = sys.fork();
    const read = asText(apart.read(7));
    await soon();
    sys.interrupt();
    await soon();
    type('still there');
    expect(await read).toBe('still there');
  });
});

describe('a stream under another', () => {
  it('shares what was read too far, and closes the descriptor with the last', async () => {
    const { sys } = typewriter();
    let closed = 0;
    const close = async (): Promise<undefined> => {
      closed++;
    };
    const stream = kernelStream(sys, 3, { close });
    stream.pushBack(new TextEncoder().encode('ahead'));
    const other = stream.under(sys.fork());
    expect(await asText(other.read(2))).toBe('ah');
    expect(await asText(stream.read(10))).toBe('ead');
    await stream.close();
    expect(closed).toBe(0);
    await other.close();
    expect(closed).toBe(1);
  });
});

describe('a job', () => {
  it('stops, goes on and ends what of it the shell runs', async () => {
    const { sys } = typewriter();
    const job = new Job(1, 'loop', { sys });
    let stops = 0;
    job.onStop = () => stops++;
    job.signal('STOP', false);
    let went = false;
    const on = sys.checkpoint().then(() => {
      went = true;
    });
    await soon();
    expect([job.stopped, stops, went]).toEqual([true, 1, false]);
    job.signal('CONT', false);
    await on;
    expect(job.stopped).toBe(false);
    job.signal('TERM', false);
    await expect(sys.checkpoint()).rejects.toThrow(Interrupted);
  });
});

describe('the shell that goes on', () => {
  it('has left what was only for the line, and shares no variable with it', () => {
    const state = new State();
    state.set('IFS', ' ');
    state.set('x', 'outside');
    state.args = ['a'];
    state.enter('function', { args: ['inner'] });
    state.makeLocal('x').value = 'local';
    state.enter('assignments');
    state.hide('IFS');
    state.set('IFS', '');
    const next = state.continued();
    expect([next.get('IFS'), next.get('x'), next.args]).toEqual([' ', 'outside', ['a']]);
    state.leave();
    state.leave();
    state.set('x', 'of the job');
    expect(next.get('x')).toBe('outside');
    expect([state.get('IFS'), state.args]).toEqual([' ', ['a']]);
  });
});
