/**
 * What a file holds, told by its first bytes, whatever it is called. A type decides how a file is looked at and
 * nothing else: there is none for HTML or for scripts, so no content makes a file run.
 */

export interface ContentType {
  readonly id: string;
  /** What the file holds, for people. */
  readonly words: string;
  /** The endings that promise this content. */
  readonly endings: readonly string[];
  /** The media type, where browsers show it. */
  readonly media?: string;
  readonly isArchive?: boolean;
  /** A file of this type may hold nothing but printable characters. */
  readonly mayBePlain?: boolean;
  /** Each is a list of texts, in Latin-1, at their places: all of one list must be there. */
  readonly magic: readonly (readonly (readonly [number, string])[])[];
}

/** So many bytes tell the type. */
export const HEAD = 512;

const starts = (...texts: string[]): ContentType['magic'] => texts.map((text) => [[0, text]]);
const brands = (...names: string[]): ContentType['magic'] =>
  names.map((name) => [
    [4, 'ftyp'],
    [8, name],
  ]);
const riff = (name: string): ContentType['magic'] => [
  [
    [0, 'RIFF'],
    [8, name],
  ],
];
const zips =
  'zip jar war ear whl docx xlsx pptx odt ods odp epub vsix apk aab crx xpi nupkg ipa cbz kmz 3mf'.split(
    ' ',
  );

/** The sources are the formats' specifications, and the list of file(1). The first that fits counts. */
export const contentTypes: readonly ContentType[] = [
  {
    id: 'png',
    words: 'a PNG picture',
    endings: ['png', 'apng'],
    media: 'image/png',
    magic: starts('\x89PNG\r\n\x1a\n'),
  },
  {
    id: 'jpeg',
    words: 'a JPEG picture',
    endings: ['jpg', 'jpeg', 'jpe', 'jfif'],
    media: 'image/jpeg',
    magic: starts('\xff\xd8\xff'),
  },
  {
    id: 'gif',
    words: 'a GIF picture',
    endings: ['gif'],
    media: 'image/gif',
    magic: starts('GIF87a', 'GIF89a'),
  },
  {
    id: 'webp',
    words: 'a WebP picture',
    endings: ['webp'],
    media: 'image/webp',
    magic: riff('WEBP'),
  },
  {
    id: 'avif',
    words: 'an AVIF picture',
    endings: ['avif'],
    media: 'image/avif',
    magic: brands('avif', 'avis'),
  },
  {
    id: 'heic',
    words: 'a HEIC picture',
    endings: ['heic', 'heif'],
    magic: brands('heic', 'heix', 'mif1', 'msf1'),
  },
  {
    id: 'bmp',
    words: 'a BMP picture',
    endings: ['bmp'],
    media: 'image/bmp',
    // The size of the second header follows: a text that begins with BM is no picture.
    magic: ['\x0c', '(', '8', 'l', '|'].map((size) => [
      [0, 'BM'],
      [14, `${size}\0\0\0`],
    ]),
  },
  {
    id: 'ico',
    words: 'an icon',
    endings: ['ico', 'cur'],
    media: 'image/x-icon',
    magic: [
      [
        [0, '\0\0\x01\0'],
        [9, '\0'],
      ],
    ],
  },
  {
    id: 'tiff',
    words: 'a TIFF picture',
    endings: ['tif', 'tiff'],
    magic: starts('II*\0', 'MM\0*'),
  },
  {
    id: 'wav',
    words: 'WAV sound',
    endings: ['wav'],
    media: 'audio/wav',
    magic: riff('WAVE'),
  },
  {
    id: 'mp3',
    words: 'MP3 sound',
    endings: ['mp3'],
    media: 'audio/mpeg',
    magic: starts('ID3', '\xff\xfb', '\xff\xfa', '\xff\xf3', '\xff\xf2'),
  },
  {
    id: 'flac',
    words: 'FLAC sound',
    endings: ['flac'],
    media: 'audio/flac',
    magic: starts('fLaC'),
  },
  {
    id: 'ogv',
    words: 'an Ogg film',
    endings: ['ogv'],
    media: 'video/ogg',
    magic: [
      [
        [0, 'OggS'],
        [28, '\x80theora'],
      ],
    ],
  },
  {
    id: 'ogg',
    words: 'Ogg sound',
    endings: ['ogg', 'oga', 'opus', 'ogv'],
    media: 'audio/ogg',
    magic: starts('OggS'),
  },
  {
    id: 'm4a',
    words: 'MPEG-4 sound',
    endings: ['m4a', 'm4b', 'mp4'],
    media: 'audio/mp4',
    magic: brands('M4A ', 'M4B '),
  },
  {
    id: 'mp4',
    words: 'an MPEG-4 film',
    endings: ['mp4', 'm4v', 'm4a', 'mov', '3gp'],
    media: 'video/mp4',
    magic: [[[4, 'ftyp']]],
  },
  {
    id: 'webm',
    words: 'a WebM or Matroska film',
    endings: ['webm', 'mkv', 'mka'],
    media: 'video/webm',
    magic: starts('\x1a\x45\xdf\xa3'),
  },
  { id: 'avi', words: 'an AVI film', endings: ['avi'], magic: riff('AVI ') },
  {
    id: 'pdf',
    words: 'a PDF document',
    endings: ['pdf', 'ai'],
    mayBePlain: true,
    magic: starts('%PDF-'),
  },
  { id: 'wasm', words: 'a WebAssembly module', endings: ['wasm'], magic: starts('\0asm') },
  {
    id: 'zip',
    words: 'a zip archive',
    endings: zips,
    isArchive: true,
    magic: starts('PK\x03\x04', 'PK\x05\x06'),
  },
  {
    id: 'gzip',
    words: 'a gzip file',
    endings: ['gz', 'tgz', 'svgz'],
    isArchive: true,
    magic: starts('\x1f\x8b\x08'),
  },
  {
    id: 'bzip2',
    words: 'a bzip2 file',
    endings: ['bz2', 'tbz', 'tbz2'],
    isArchive: true,
    mayBePlain: true,
    magic: [
      [
        [0, 'BZh'],
        [4, '1AY&SY'],
      ],
    ],
  },
  {
    id: 'xz',
    words: 'an xz file',
    endings: ['xz', 'txz'],
    isArchive: true,
    magic: starts('\xfd7zXZ\0'),
  },
  {
    id: 'zstd',
    words: 'a Zstandard file',
    endings: ['zst', 'tzst'],
    isArchive: true,
    magic: starts('\x28\xb5\x2f\xfd'),
  },
  {
    id: 'tar',
    words: 'a tar archive',
    endings: ['tar', 'gem', 'ova'],
    isArchive: true,
    magic: [[[257, 'ustar']]],
  },
  { id: '7z', words: 'a 7-Zip archive', endings: ['7z'], magic: starts('7z\xbc\xaf\x27\x1c') },
  { id: 'rar', words: 'a RAR archive', endings: ['rar'], magic: starts('Rar!\x1a\x07') },
  {
    id: 'sqlite',
    words: 'a SQLite database',
    endings: ['db', 'sqlite', 'sqlite3'],
    magic: starts('SQLite format 3\0'),
  },
  {
    id: 'elf',
    words: 'a program for Linux (ELF)',
    endings: ['so', 'elf'],
    magic: starts('\x7fELF'),
  },
  {
    id: 'exe',
    words: 'a program for Windows',
    endings: ['exe', 'dll'],
    magic: [
      [
        [0, 'MZ'],
        [3, '\0'],
      ],
    ],
  },
  { id: 'class', words: 'a Java class', endings: ['class'], magic: starts('\xca\xfe\xba\xbe\0\0') },
];

/** Endings that promise text. */
const textEndings = new Set(
  'txt md markdown csv tsv tab json jsonl ndjson log html htm xml svg css js ts py c h rs sh toml yaml yml'.split(
    ' ',
  ),
);

/** What no text holds but binary formats do, in their first bytes: control characters other than white space and ESC. */
const isControl = (byte: number): boolean =>
  byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b;

/**
 * The type of what begins with these bytes; undefined for text, and for what is not known. A text may begin with the
 * same letters as a picture or a film does: without control characters it is a text, except for formats that need none.
 * Such a file is a text as well where its name promises one.
 */
export function typeOf(bytes: Uint8Array, name = ''): ContentType | undefined {
  const first = bytes.subarray(0, HEAD);
  let head = '';
  for (const byte of first) head += String.fromCharCode(byte);
  const found = contentTypes.find(({ magic }) =>
    magic.some((texts) => texts.every(([at, text]) => head.startsWith(text, at))),
  );
  const mayBe = found?.mayBePlain && !textEndings.has(endingOf(name) ?? '');
  return mayBe || first.some(isControl) ? found : undefined;
}

const endingOf = (name: string): string | undefined =>
  /[^/]\.([^./]+)$/.exec(name)?.[1]?.toLowerCase();

/** What a name promises and the content does not keep, as a sentence; `isText` is true where the file holds text. */
export function mismatch(
  name: string,
  content: ContentType | undefined,
  isText: boolean,
): string | undefined {
  const ending = endingOf(name);
  if (ending === undefined || content?.endings.includes(ending)) return undefined;
  const promisesText = textEndings.has(ending);
  const isKnown = promisesText || contentTypes.some(({ endings }) => endings.includes(ending));
  if (content) return isKnown ? `Named .${ending}, this file holds ${content.words}.` : undefined;
  return isText && isKnown && !promisesText ? `Named .${ending}, this file holds text.` : undefined;
}
