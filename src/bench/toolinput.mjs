/** What the tools read: text that is the same in every run. */

const WORDS = 4000;

/** Numbers below `limit`, from a seed: xorshift32. */
function numbers(seed) {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Words of 2 to 11 letters; `foo` is in some of them. */
function wordsOf(next) {
  const letters = 'etaoinshrdlucmfwypvbgkjqxz';
  const letter = () => letters[Math.min(next(letters.length), next(letters.length))];
  return Array.from({ length: WORDS }, (_, i) => {
    const word = Array.from({ length: 2 + next(10) }, letter).join('');
    return i % 200 === 40 ? `${word.slice(0, 2)}foo${word.slice(2)}` : word;
  });
}

/** Lines such as `word 5312 word word:77:word 41x`, `size` bytes of them. The first words of the list are frequent. */
export function textOf(size) {
  const next = numbers(2463534242);
  const words = wordsOf(next);
  const word = () => words[Math.min(next(WORDS), next(WORDS))];
  const text = Buffer.alloc(size, 10);
  for (let at = 0; at < size; ) {
    const count = next(100_000) >> next(12);
    const more = Array.from({ length: next(5) }, word).join(' ');
    const tail = next(4) === 0 ? ` ${next(100)}x` : '';
    at += text.write(`${word()} ${count} ${word()}:${next(1000)}:${word()} ${more}${tail}\n`, at);
  }
  // The last line is whole.
  text[size - 1] = 10;
  return text;
}

/** Lines that are repeated up to eight times, one after the other. */
export function runsOf(size) {
  const next = numbers(88172645);
  const words = wordsOf(next);
  const text = Buffer.alloc(size, 10);
  for (let at = 0; at < size; ) {
    const line = `${words[next(WORDS)]} ${next(100)}\n`;
    at += text.write(line.repeat(1 + next(8)), at);
  }
  return text;
}

/** The same text as files of 1 to 100 KiB in folders of forty, by path. */
export function* treeOf(text) {
  const next = numbers(5783321);
  for (let at = 0, count = 0; at < text.length; count++) {
    const end = text.indexOf(10, at + 1024 + next(100_000));
    const part = text.subarray(at, end < 0 ? text.length : end + 1);
    yield [`tree/${Math.floor(count / 40)}/${count}.txt`, part];
    at += part.length;
  }
}
