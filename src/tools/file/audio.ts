/** What `file` says of sound: MPEG audio with or without an ID3 tag, FLAC and Ogg. */
import { binary, headOf, latin1 } from './format.ts';
import type { Kind } from './text.ts';

const modes = ['Stereo', 'JntStereo', '2x Monaural', 'Monaural'];
const HALF_RATES = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

interface Layer {
  readonly says: string;
  /** kbit/s by the number in the header, which counts from 1. */
  readonly rates: readonly number[];
  readonly kHz: readonly string[];
}

const [V1, V2] = [
  ['44.1', '48', '32'],
  ['22.05', '24', '16'],
];

/** By the second byte, without the bit that says whether there is a check sum. */
const layers: Readonly<Record<number, Layer>> = {
  226: { says: 'layer III,  v2.5', rates: HALF_RATES, kHz: ['11.025', '12', '8'] },
  242: { says: 'layer III, v2', rates: HALF_RATES, kHz: V2 },
  244: { says: 'layer II, v2', rates: HALF_RATES, kHz: V2 },
  246: {
    says: 'layer I, v2',
    rates: [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    kHz: V2,
  },
  250: {
    says: 'layer III, v1',
    rates: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    kHz: V1,
  },
  252: {
    says: 'layer II, v1',
    rates: [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    kHz: V1,
  },
};
const MP3 = 250;

/** Sound that begins with the eleven bits that a frame begins with; undefined where there is none. */
export function mpegAudio(data: Uint8Array): Kind | undefined {
  const [, second = 0, third = 0, fourth = 0] = data;
  if (data.length < 4) return undefined;
  const kind = second & 0xfe;
  if (kind === 240 || kind === 248) return aac(kind, third, fourth);
  const layer = layers[kind];
  if (!layer) return undefined;
  const rate = layer.rates[(third >> 4) - 1];
  const kHz = layer.kHz[(third >> 2) & 3];
  const end = [...(kHz ? [`${kHz} kHz`] : []), modes[fourth >> 6]].join(', ');
  // Without a bit rate file(1) does not name this one.
  if (rate === undefined && kind === MP3) return binary(`, ${end}`, 'application/octet-stream');
  const shown = kind === MP3 ? String(rate) : String(rate).padStart(3);
  const speed = rate === undefined ? '' : `, ${shown} kbps`;
  return binary(`MPEG ADTS, ${layer.says}${speed}, ${end}`, 'audio/mpeg');
}

const AAC_RATES = '96 88.2 64 48 44.1 32 24 22.05 16 12 11.025 8'.split(' ');
const aacChannels = [
  '',
  'monaural',
  'stereo',
  'stereo + center',
  'stereo+center+LFE',
  'surround',
  'surround + LFE',
  'surround + side',
];

function aac(kind: number, third: number, fourth: number): Kind {
  const version = kind === 240 ? 'v4' : 'v2';
  const profile = ['Main', 'LC', 'SSR', kind === 240 ? 'LTP' : ''][third >> 6] as string;
  const says = ['MPEG ADTS', 'AAC', profile === '' ? version : `${version} ${profile}`];
  const rate = AAC_RATES[(third >> 2) & 15];
  if (rate) says.push(`${rate} kHz`);
  const channels = aacChannels[((third & 1) << 2) | (fourth >> 6)] as string;
  if (channels !== '') says.push(channels);
  return binary(says.join(', '), 'audio/x-hx-aac-adts');
}

const tagFlags: readonly (readonly [number, string])[] = [
  [0x80, 'unsynchronized frames'],
  [0x40, 'extended header'],
  [0x20, 'experimental'],
  [0x10, 'footer present'],
];

/** So many tags may follow one another. */
const TAGS_MAX = 50;

/** There are more of them: file(1) gives up. */
export class TooManyTags extends Error {
  constructor() {
    super(`indirect count (${TAGS_MAX}) exceeded`);
  }
}

/**
 * A tag in front of sound, behind `before` others, and what `kindOf` says of what comes behind it. Throws TooManyTags.
 */
export function id3(
  data: Uint8Array,
  before: number,
  kindOf: (rest: Uint8Array) => Kind | undefined,
): Kind | undefined {
  if (before >= TAGS_MAX) throw new TooManyTags();
  const view = headOf(data);
  const version = [2, data[3], data[4]].filter((each) => each !== undefined).join('.');
  const says = [`Audio file with ID3 version ${version}`];
  for (const [flag, text] of tagFlags) if (view.getUint8(5) & flag) says.push(text);
  // Seven bits of each byte count.
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (view.getUint8(at) & 0x7f), 0);
  const rest = data.subarray(10 + size);
  const within = data.length < 10 || rest.length === 0 ? undefined : kindOf(rest);
  if (!within) return binary(says.join(', '), 'application/octet-stream');
  // What comes first in the list of magic numbers follows at once.
  const isFirst = rest[0] === 0xff && ((rest[1] ?? 0) & 0xfe) === MP3;
  return binary(
    `${says.join(', ')}, contains:${isFirst ? ' ' : '\n- '}${within.says}`,
    within.mime,
  );
}

const FLAC_RATES = new Set(
  [11.025, 16, 22.05, 24, 32, 44.1, 48, 64, 88.2, 96, 176.4, 192].map((kHz) => kHz * 1000),
);

export function flac(data: Uint8Array): Kind | undefined {
  const view = headOf(data);
  const says = ['FLAC audio bitstream data'];
  const rate = view.getUint32(18) >>> 12;
  const channels = ((view.getUint8(20) >> 1) & 7) + 1;
  const bits = ((view.getUint16(20) >> 4) & 31) + 1;
  if ([4, 6, 8, 12, 16, 24].includes(bits)) says.push(`${bits} bit`);
  says.push(['mono', 'stereo'][channels - 1] ?? `${channels} channels`);
  if (FLAC_RATES.has(rate)) says.push(`${rate / 1000} kHz`);
  const samples = (view.getUint8(21) & 15) * 2 ** 32 + view.getUint32(22);
  says.push(
    samples === 0 ? 'length unknown' : samples >= 2 ** 32 ? '>4G samples' : `${samples} samples`,
  );
  return binary(says.join(', '), 'audio/flac');
}

/** The codec of the first stream, by what its first page holds. */
export function ogg(data: Uint8Array): Kind {
  const view = headOf(data);
  const holds = (text: string): boolean => latin1(data, 28, 28 + text.length) === text;
  const sound = (codec: string, details = ''): Kind =>
    binary(`Ogg data, ${codec} audio${details}`, 'audio/ogg');
  const channels = (count: number, others: string): string =>
    [', mono', ', stereo'][count - 1] ?? others;
  if (holds('\x01vorbis'))
    return sound(
      'Vorbis',
      `${channels(view.getUint8(39), `, ${view.getUint8(39)} channels`)}, ${view.getUint32(40, true)} Hz`,
    );
  if (holds('OpusHead')) {
    const version = `, version ${view.getUint8(36) >> 4}.${view.getUint8(36) & 15}`;
    const rate = `, ${view.getUint32(40, true)} Hz (Input Sample Rate)`;
    return sound('Opus', `${version}${channels(view.getUint8(37), ',')}${rate}`);
  }
  if (holds('\x7fFLAC')) return sound('FLAC');
  if (holds('Speex   ')) return sound('Speex');
  if (holds('\x80theora')) return binary('Ogg data, Theora video', 'video/ogg');
  if (holds('fishead\0'))
    return binary(
      `Ogg data, Skeleton v${view.getUint16(36, true)}.${view.getUint16(38, true)}`,
      'video/ogg',
    );
  return binary('Ogg data', 'application/octet-stream');
}
