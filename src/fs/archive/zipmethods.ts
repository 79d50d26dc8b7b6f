/** The ways to pack an entry of a zip, by APPNOTE 4.4.5: what they are called, and how the known ones are unpacked. */
import { intoSink, type Unpack } from './archive.ts';

export interface Method {
  readonly name: string;
  /** Loads what unpacks it; absent where nothing here does. */
  readonly load?: () => Promise<Unpack>;
}

export const methods: Readonly<Record<number, Method>> = {
  1: { name: 'Shrink' },
  2: { name: 'Reduce' },
  3: { name: 'Reduce' },
  4: { name: 'Reduce' },
  5: { name: 'Reduce' },
  6: { name: 'Implode' },
  8: {
    name: 'Deflate',
    load: async () => intoSink((await import('../../codec/inflate.ts')).inflate),
  },
  9: { name: 'Deflate64' },
  10: { name: 'PKWARE DCL Implode' },
  12: { name: 'bzip2', load: async () => intoSink((await import('../../codec/bzip2.ts')).bunzip2) },
  14: { name: 'LZMA' },
  93: { name: 'Zstandard', load: async () => (await import('./unzstd.ts')).unzstd },
  94: { name: 'MP3' },
  95: { name: 'xz', load: async () => intoSink((await import('../../codec/unxz.ts')).unxz) },
  96: { name: 'JPEG' },
  97: { name: 'WavPack' },
  98: { name: 'PPMd' },
};
