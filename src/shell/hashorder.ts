/** The order in which bash walks its tables: completions, and commands whose paths are remembered. */
import { bytesOf } from '../kernel/rawtext.ts';

const FNV_OFFSET = 2166136261;
const FNV_PRIME = 16777619;

/** The bucket of a key: the FNV-1 hash of its bytes, of which the low bits count. `buckets` is a power of two. */
function bucketOf(key: string, buckets: number): number {
  let hash = FNV_OFFSET;
  for (const byte of bytesOf(key)) hash = Math.imul(hash, FNV_PRIME) ^ ((byte << 24) >> 24);
  return hash & (buckets - 1);
}

/** The entries of a table of so many buckets as bash lists them: in a bucket the newest is the first. */
export function inHashOrder<T>(table: ReadonlyMap<string, T>, buckets: number): [string, T][] {
  return [...table]
    .reverse()
    .map((entry) => ({ entry, bucket: bucketOf(entry[0], buckets) }))
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ entry }) => entry);
}
