/** Work of many queues in few slots: none takes them all, and none that are kept free stay so for nobody. */
import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

class Queue {
  readonly items: string[];
  ended = '';
  #wake: () => void = () => undefined;

  constructor(...items: string[]) {
    this.items = items;
  }

  get queued(): number {
    return this.items.length;
  }
  attach(wake: () => void): () => void {
    this.#wake = wake;
    return () => undefined;
  }
  take(): string | undefined {
    return this.items.shift();
  }
  end(reason: string): void {
    this.ended = reason;
  }
  add(...items: string[]): void {
    this.items.push(...items);
    this.#wake();
  }
}

interface Bench {
  readonly slots: Slots<Queue, string>;
  readonly running: string[];
  finish(item: string): Promise<void>;
}

function bench(limit: number): Bench {
  const running: string[] = [];
  const ends = new Map<string, () => void>();
  const slots = new Slots<Queue, string>(limit, (item) => {
    running.push(item);
    return new Promise((resolve) => ends.set(item, () => resolve(undefined)));
  });
  return {
    slots,
    running,
    finish: async (item) => {
      ends.get(item)?.();
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

describe('slots', () => {
  it('keep one free for each idle queue, up to half of them', async () => {
    const { slots, running } = bench(4);
    const busy = new Queue();
    const others = Array.from({ length: 9 }, () => new Queue());
    for (const queue of [busy, ...others]) slots.attach(queue);
    busy.add('a', 'b', 'c', 'd');
    expect(running).toEqual(['a', 'b']);
    others[0]?.add('x');
    others[1]?.add('y');
    expect(running).toEqual(['a', 'b', 'x', 'y']);
  });

  it('that were kept for a queue which is gone are given to others', () => {
    const { slots, running } = bench(3);
    const busy = new Queue();
    slots.attach(busy);
    const detach = slots.attach(new Queue());
    busy.add('a', 'b', 'c');
    expect(running).toEqual(['a', 'b']);
    detach();
    expect(running).toEqual(['a', 'b', 'c']);
  });

  it('are taken in turn, and nothing is taken after intake has stopped', async () => {
    const { slots, running, finish } = bench(1);
    const [a, b] = [new Queue('a1', 'a2'), new Queue('b1', 'b2')];
    slots.attach(a);
    slots.attach(b);
    for (const item of ['a1', 'b1', 'a2']) await finish(item);
    expect(running).toEqual(['a1', 'b1', 'a2', 'b2']);
    slots.stopIntake();
    a.add('late');
    await finish('b2');
    expect([running.includes('late'), a.ended]).toEqual([false, 'the network is shut down']);
    await slots.idle();
    expect(slots.health()).toMatchObject({ active: 0, done: 4, failed: 0 });
  });
});
