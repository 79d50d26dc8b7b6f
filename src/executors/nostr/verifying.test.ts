/** Who waits for whose events to be verified. */
import { describe, expect, it } from 'vitest';
import { FairVerifier } from './verifying.ts';

const texts = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${name} ${n}`);

/** A verifier that notes what it is given; what is named `forged` is not genuine. */
function noting(): { readonly verifier: FairVerifier; readonly turns: (readonly string[])[] } {
  const turns: (readonly string[])[] = [];
  const verifier = new FairVerifier({
    verify: async (events) => {
      turns.push(events);
      await Promise.resolve();
      return events.map((text) => !text.startsWith('forged'));
    },
  });
  return { verifier, turns };
}

describe('verifying events', () => {
  it('takes a few of each mount in turn, however many another has sent', async () => {
    const { verifier, turns } = noting();
    const [a, b] = [verifier.line(), verifier.line()];
    const many = a.verify(texts('a', 3000));
    expect(await b.verify(['b 0'])).toEqual([true]);
    expect(turns.flat().length).toBeLessThan(50);
    expect((await many).length).toBe(3000);
    expect(turns.flat()).toHaveLength(3001);
  });

  it('takes those of the relays of one mount in turn', async () => {
    const { verifier, turns } = noting();
    const line = verifier.line();
    const [slow, quick] = [line.verify(texts('slow', 200)), line.verify(['quick'])];
    await quick;
    expect(turns.flat().length).toBeLessThan(50);
    await slow;
  });

  it('gives a mount with many relays no more turns than one with a single relay', async () => {
    const { verifier, turns } = noting();
    const [a, b] = [verifier.line(), verifier.line()];
    const relays = Array.from({ length: 20 }, (_, n) => a.verify(texts(`a${n}`, 160)));
    await b.verify(texts('b', 64));
    expect(turns.filter(([first]) => first?.startsWith('a')).length).toBeLessThanOrEqual(6);
    await Promise.all(relays);
  });

  it('answers each in order, and what cannot be verified is not genuine', async () => {
    const { verifier } = noting();
    const line = verifier.line();
    expect(await line.verify(['a', 'forged', 'b'])).toEqual([true, false, true]);
    expect(await line.verify([])).toEqual([]);
    const broken = new FairVerifier({ verify: () => Promise.reject(new Error('gone')) }).line();
    expect(await broken.verify(['a', 'b'])).toEqual([false, false]);
    expect(await broken.verify(['c'])).toEqual([false]);
  });
});
