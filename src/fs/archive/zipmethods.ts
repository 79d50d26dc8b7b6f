/** The ways to pack an entry of a zip, by APPNOTE 4.4.5: what they are called, and how the known ones are unpacked. */
import { inflate } from './inflate.ts';
import type { Pages } from './pages.ts';

export interface Method {
  readonly name: string;
  /** Unpacks all of `input`; throws where it is damaged. */
  readonly unpack?: (
    input: AsyncIterable<Uint8Array>,
    into: Pages,
    file: { readonly size: number; readonly packed: number },
  ) => Promise<void>;
}

export const methods: Readonly<Record<number, Method>> = {
  1: { name: 'Shrink' },
  2: { name: 'Reduce' },
  3: { name: 'Reduce' },
  4: { name: 'Reduce' },
  5: { name: 'Reduce' },
  6: { name: 'Implode' },
  8: { name: 'Deflate', unpack: inflate },
  9: { name: 'Deflate64' },
  10: { name: 'PKWARE DCL Implode' },
  12: { name: 'bzip2' },
  14: { name: 'LZMA' },
  93: { name: 'Zstandard' },
  94: { name: 'MP3' },
  95: { name: 'xz' },
  96: { name: 'JPEG' },
  97: { name: 'WavPack' },
  98: { name: 'PPMd' },
};
