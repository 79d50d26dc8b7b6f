/**
 * The changes between two lists of lines, each given as the number of its class of equal lines. They are found as GNU diff finds
 * them, so that where several scripts are right it is the same one: Myers' search from both ends, without the lines that
 * only confuse it, and each run of changes moved down as far as it goes.
 */
export interface Change {
  /** The first line, from 0, in each list. */
  readonly from: number;
  readonly to: number;
  readonly deleted: number;
  readonly inserted: number;
}

/** The flags of a list have one more element before and after those of its lines. */
interface Side {
  readonly classes: Int32Array;
  readonly changed: Uint8Array;
}

const sideOf = (classes: Int32Array): Side => ({
  classes,
  changed: new Uint8Array(classes.length + 2),
});

export async function changesOf(
  a: Int32Array,
  b: Int32Array,
  minimal: boolean,
  checkpoint: () => Promise<void>,
): Promise<Change[]> {
  const [one, other] = [sideOf(a), sideOf(b)];
  const [left, right] = [kept(one, b, minimal), kept(other, a, minimal)];
  await new Search(one, other, left, right, minimal, checkpoint).run();
  shift(one, other);
  shift(other, one);
  return script(one, other);
}

const ONLY_HERE = 1;
const FREQUENT = 2;

/** The indices of the lines that are compared. The others are changed: no line is equal to them, or too many are. */
function kept(side: Side, others: Int32Array, minimal: boolean): Int32Array {
  const { classes, changed } = side;
  const counts = new Map<number, number>();
  for (const each of others) counts.set(each, (counts.get(each) ?? 0) + 1);
  let many = 5;
  for (let rest = (classes.length / 64) >> 2; rest > 0; rest >>= 2) many *= 2;
  const discards = new Uint8Array(classes.length + 1);
  for (const [i, each] of classes.entries()) {
    const count = counts.get(each) ?? 0;
    discards[i] = count === 0 ? ONLY_HERE : count > many ? FREQUENT : 0;
  }
  keepFrequent(discards, classes.length);
  const found: number[] = [];
  for (let i = 0; i < classes.length; i++)
    if (minimal || discards[i] === 0) found.push(i);
    else changed[i + 1] = 1;
  return Int32Array.from(found);
}

/** Keeps frequent lines, except in the middle of a long run of lines that no other is equal to. */
function keepFrequent(discards: Uint8Array, end: number): void {
  for (let i = 0; i < end; i++) {
    if (discards[i] === FREQUENT) discards[i] = 0;
    if (discards[i] === 0) continue;
    let to = i;
    let frequent = 0;
    for (; to < end && discards[to] !== 0; to++) if (discards[to] === FREQUENT) frequent++;
    for (; to > i && discards[to - 1] === FREQUENT; frequent--) discards[--to] = 0;
    const length = to - i;
    if (frequent * 4 > length) {
      for (let at = i; at < to; at++) if (discards[at] === FREQUENT) discards[at] = 0;
      i = to - 1;
      continue;
    }
    keepSubruns(discards, i, length);
    keepAtEnd(discards, i, 1, length);
    i = to - 1;
    keepAtEnd(discards, i, -1, length);
  }
}

/** Keeps frequent lines that follow each other, from about the root of a quarter of the run on. */
function keepSubruns(discards: Uint8Array, start: number, length: number): void {
  let least = 1;
  for (let rest = (length >> 2) >> 2; rest > 0; rest >>= 2) least <<= 1;
  least++;
  for (let from = 0; from < length; ) {
    let to = from;
    while (to < length && discards[start + to] === FREQUENT) to++;
    if (to - from >= least) discards.fill(0, start + from, start + to);
    from = to + 1;
  }
}

/** Keeps frequent lines near an end of the run, up to three that no other line is equal to. */
function keepAtEnd(discards: Uint8Array, start: number, step: number, length: number): void {
  for (let j = 0, consecutive = 0; j < length; j++) {
    const at = start + j * step;
    if (j >= 8 && discards[at] === ONLY_HERE) break;
    if (discards[at] === FREQUENT) discards[at] = 0;
    if (discards[at] === 0) consecutive = 0;
    else consecutive++;
    if (consecutive === 3) break;
  }
}

interface Box {
  x: number;
  xEnd: number;
  y: number;
  yEnd: number;
  minimal: boolean;
}

interface Split {
  readonly x: number;
  readonly y: number;
  readonly isLowMinimal: boolean;
  readonly isHighMinimal: boolean;
}

/** Costs from which a search takes what it has found so far. */
const LEAST_COST_LIMIT = 4096;
const FAR = 2 ** 30;

class Search {
  readonly #a: Int32Array;
  readonly #b: Int32Array;
  readonly #one: Side;
  readonly #other: Side;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  readonly #zero: number;
  readonly #limit: number;
  readonly #minimal: boolean;
  readonly #checkpoint: () => Promise<void>;

  constructor(
    one: Side,
    other: Side,
    left: Int32Array,
    right: Int32Array,
    minimal: boolean,
    checkpoint: () => Promise<void>,
  ) {
    this.#one = one;
    this.#other = other;
    this.#left = left;
    this.#right = right;
    this.#a = left.map((i) => one.classes[i] as number);
    this.#b = right.map((i) => other.classes[i] as number);
    const diagonals = left.length + right.length + 3;
    this.#forward = new Int32Array(diagonals);
    this.#backward = new Int32Array(diagonals);
    this.#zero = right.length + 1;
    let limit = 1;
    for (let rest = diagonals; rest > 0; rest >>= 2) limit <<= 1;
    this.#limit = Math.max(LEAST_COST_LIMIT, limit);
    this.#minimal = minimal;
    this.#checkpoint = checkpoint;
  }

  async run(): Promise<void> {
    const [a, b] = [this.#a, this.#b];
    const boxes: Box[] = [{ x: 0, xEnd: a.length, y: 0, yEnd: b.length, minimal: this.#minimal }];
    for (let box = boxes.pop(); box; box = boxes.pop()) {
      let { x, xEnd, y, yEnd } = box;
      while (x < xEnd && y < yEnd && a[x] === b[y]) {
        x++;
        y++;
      }
      while (x < xEnd && y < yEnd && a[xEnd - 1] === b[yEnd - 1]) {
        xEnd--;
        yEnd--;
      }
      if (x === xEnd) for (; y < yEnd; y++) this.#other.changed[(this.#right[y] as number) + 1] = 1;
      else if (y === yEnd)
        for (; x < xEnd; x++) this.#one.changed[(this.#left[x] as number) + 1] = 1;
      else {
        const split = await this.#split({ x, xEnd, y, yEnd, minimal: box.minimal });
        boxes.push({ x: split.x, xEnd, y: split.y, yEnd, minimal: split.isHighMinimal });
        boxes.push({ x, xEnd: split.x, y, yEnd: split.y, minimal: split.isLowMinimal });
      }
    }
  }

  /** The middle of the shortest path through the box, where the searches from both ends meet. */
  async #split(box: Box): Promise<Split> {
    const { x: xOff, xEnd: xLim, y: yOff, yEnd: yLim } = box;
    const [a, b, fd, bd, zero] = [this.#a, this.#b, this.#forward, this.#backward, this.#zero];
    const [dMin, dMax] = [xOff - yLim, xLim - yOff];
    const [fMid, bMid] = [xOff - yOff, xLim - yLim];
    let [fMin, fMax, bMin, bMax] = [fMid, fMid, bMid, bMid];
    const isOdd = ((fMid - bMid) & 1) !== 0;
    fd[zero + fMid] = xOff;
    bd[zero + bMid] = xLim;
    for (let cost = 1; ; cost++) {
      if ((cost & 255) === 0) await this.#checkpoint();
      if (fMin > dMin) fd[zero + --fMin - 1] = -1;
      else fMin++;
      if (fMax < dMax) fd[zero + ++fMax + 1] = -1;
      else fMax--;
      for (let d = fMax; d >= fMin; d -= 2) {
        const [low, high] = [fd[zero + d - 1] as number, fd[zero + d + 1] as number];
        let x = low < high ? high : low + 1;
        while (x < xLim && x - d < yLim && a[x] === b[x - d]) x++;
        fd[zero + d] = x;
        if (isOdd && bMin <= d && d <= bMax && (bd[zero + d] as number) <= x)
          return { x, y: x - d, isLowMinimal: true, isHighMinimal: true };
      }
      if (bMin > dMin) bd[zero + --bMin - 1] = FAR;
      else bMin++;
      if (bMax < dMax) bd[zero + ++bMax + 1] = FAR;
      else bMax--;
      for (let d = bMax; d >= bMin; d -= 2) {
        const [low, high] = [bd[zero + d - 1] as number, bd[zero + d + 1] as number];
        let x = low < high ? low : high - 1;
        while (xOff < x && yOff < x - d && a[x - 1] === b[x - d - 1]) x--;
        bd[zero + d] = x;
        if (!isOdd && fMin <= d && d <= fMax && x <= (fd[zero + d] as number))
          return { x, y: x - d, isLowMinimal: true, isHighMinimal: true };
      }
      if (box.minimal || cost < this.#limit) continue;
      return this.#farthest(box, [fMin, fMax], [bMin, bMax]);
    }
  }

  /** Gives up on the shortest path: the end of the search that has come farther. */
  #farthest(box: Box, forward: [number, number], backward: [number, number]): Split {
    const { x: xOff, xEnd: xLim, y: yOff, yEnd: yLim } = box;
    let [best, bestX] = [-1, 0];
    for (let d = forward[1]; d >= forward[0]; d -= 2) {
      let x = Math.min(this.#forward[this.#zero + d] as number, xLim);
      if (yLim < x - d) x = yLim + d;
      if (best < 2 * x - d) [best, bestX] = [2 * x - d, x];
    }
    let [least, leastX] = [FAR * 2, 0];
    for (let d = backward[1]; d >= backward[0]; d -= 2) {
      let x = Math.max(xOff, this.#backward[this.#zero + d] as number);
      if (x - d < yOff) x = yOff + d;
      if (2 * x - d < least) [least, leastX] = [2 * x - d, x];
    }
    return xLim + yLim - least < best - (xOff + yOff)
      ? { x: bestX, y: best - bestX, isLowMinimal: true, isHighMinimal: false }
      : { x: leastX, y: least - leastX, isLowMinimal: false, isHighMinimal: true };
  }
}

/** Moves each run of changes down as far as it goes, or to where the other list has changes too. Flags are shifted by one. */
function shift(side: Side, other: Side): void {
  const { classes, changed } = side;
  const marks = other.changed;
  const end = classes.length;
  const isChanged = (i: number): boolean => changed[i + 1] === 1;
  const isMarked = (j: number): boolean => marks[j + 1] === 1;
  const set = (i: number, value: 0 | 1): void => {
    changed[i + 1] = value;
  };
  let [i, j] = [0, 0];
  for (;;) {
    for (; i < end && !isChanged(i); i++) {
      while (isMarked(j)) j++;
      j++;
    }
    if (i === end) return;
    let start = i;
    do i++;
    while (isChanged(i));
    while (isMarked(j)) j++;
    let length: number;
    let corresponding: number;
    do {
      length = i - start;
      while (start > 0 && classes[start - 1] === classes[i - 1]) {
        set(--start, 1);
        set(--i, 0);
        while (isChanged(start - 1)) start--;
        do j--;
        while (isMarked(j));
      }
      corresponding = isMarked(j - 1) ? i : end;
      while (i !== end && classes[start] === classes[i]) {
        set(start++, 0);
        set(i++, 1);
        while (isChanged(i)) i++;
        for (j++; isMarked(j); j++) corresponding = i;
      }
    } while (length !== i - start);
    while (corresponding < i) {
      set(--start, 1);
      set(--i, 0);
      do j--;
      while (isMarked(j));
    }
  }
}

function script(one: Side, other: Side): Change[] {
  const changes: Change[] = [];
  let [from, to] = [0, 0];
  while (from < one.classes.length || to < other.classes.length) {
    const start = { from, to };
    while (one.changed[from + 1]) from++;
    while (other.changed[to + 1]) to++;
    const [deleted, inserted] = [from - start.from, to - start.to];
    if (deleted > 0 || inserted > 0) changes.push({ ...start, deleted, inserted });
    from++;
    to++;
  }
  return changes;
}
