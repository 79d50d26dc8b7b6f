/** What `file` says of files in parts that may hold sound, pictures or films: RIFF and ISO media. */
import { binary, headOf, latin1, viewOf } from './format.ts';
import type { Kind } from './text.ts';
import { waveFormats } from './waveformats.ts';

const PCM = 1;
/** Parts in front of the format that are passed over. */
const PASSED = ['LIST', 'bext', 'fact'];

function wave(data: Uint8Array): Kind {
  const says = ['WAVE audio'];
  const view = viewOf(data);
  let at = 12;
  while (at + 8 <= data.length && PASSED.includes(latin1(data, at, at + 4)))
    at += 8 + view.getUint32(at + 4, true);
  if (latin1(data, at, at + 4) === 'fmt ') {
    const part = headOf(data.subarray(at));
    const [format, channels, bits] = [8, 10, 22].map((each) => part.getUint16(each, true));
    const name = waveFormats[format as number];
    if (name !== undefined) says.push(name);
    if (format === PCM && bits !== 0) says.push(`${bits} bit`);
    if (channels !== 0)
      says.push(channels === 1 ? 'mono' : channels === 2 ? 'stereo' : `${channels} channels`);
    says[says.length - 1] += ` ${part.getUint32(12, true)} Hz`;
  }
  return binary(`RIFF (little-endian) data, ${says.join(', ')}`, 'audio/x-wav');
}

const VP8_START = '\x9d\x01\x2a';

function webp(data: Uint8Array): Kind {
  const says = ['RIFF (little-endian) data, Web/P image'];
  if (latin1(data, 12, 16) === 'VP8 ' && latin1(data, 23, 26) === VP8_START) {
    const view = headOf(data);
    const [width, height] = [view.getUint16(26, true), view.getUint16(28, true)] as const;
    says.push('VP8 encoding', `${width & 0x3fff}x${height & 0x3fff}`);
    says.push(width >> 14 === 0 ? 'Scaling: [none]x[none]' : 'Scaling:');
    says.push(width & 0x8000 ? 'bad color specification' : 'YUV color');
    says.push(width & 0x4000 ? 'no clamping required' : 'decoders should clamp');
  }
  return binary(says.join(', '), 'image/webp');
}

export function riff(data: Uint8Array): Kind {
  const kind = latin1(data, 8, 12);
  if (kind === 'WAVE') return wave(data);
  if (kind === 'WEBP') return webp(data);
  return binary('RIFF (little-endian) data', 'application/octet-stream');
}

const [MPEG4, THREE, ITUNES] = ['MPEG v4 system, ', '3GPP', 'Apple iTunes '];

/** By the brand that a file names first: what it is, and its type. */
const brands: Readonly<Record<string, readonly [string, string]>> = {
  avc1: [`${MPEG4}3GPP JVT AVC [ISO 14496-12:2005]`, 'video/mp4'],
  avif: ['AVIF Image', 'image/avif'],
  avis: ['AVIF Image Sequence', 'image/avif'],
  dash: [`${MPEG4}Dynamic Adaptive Streaming over HTTP`, 'video/mp4'],
  'F4V ': ['Video for Adobe Flash Player 9+ (.F4V)', 'video/mp4'],
  heic: ['HEIF Image HEVC Main or Main Still Picture Profile', 'image/heic'],
  heix: ['HEIF Image HEVC Main 10 Profile', 'image/heic'],
  hevc: ['HEIF Image Sequenz HEVC Main or Main Still Picture Profile', 'image/heic-sequence'],
  isml: ['MP4 Base Media v2 [ISO 14496-12:2005]', 'video/mp4'],
  iso2: ['MP4 Base Media v2 [ISO 14496-12:2005]', 'video/mp4'],
  iso3: ['MP4 Base Media', 'video/mp4'],
  iso4: ['MP4 Base Media v4', 'video/mp4'],
  iso5: ['MP4 Base Media v5 ', 'video/mp4'],
  iso6: ['MP4 Base Media v6 ', 'video/mp4'],
  isom: ['MP4 Base Media v1 [ISO 14496-12:2003]', 'video/mp4'],
  'jp2 ': ['JPEG 2000', 'image/jp2'],
  'jpx ': ['JPEG 2000 w/ extensions (.JPX) [ISO 15444-2]', 'image/jpx'],
  'M4A ': [`${ITUNES}ALAC/AAC-LC (.M4A) Audio`, 'audio/x-m4a'],
  'M4B ': [`${ITUNES}ALAC/AAC-LC (.M4B) Audio Book`, 'audio/mp4'],
  'M4P ': [`${ITUNES}ALAC/AAC-LC (.M4P) AES Protected Audio`, 'video/mp4'],
  'M4V ': [`${ITUNES}Video (.M4V) Video`, 'video/x-m4v'],
  mif1: ['HEIF Image', 'image/heif'],
  mp41: ['MP4 v1 [ISO 14496-1:ch13]', 'video/mp4'],
  mp42: ['MP4 v2 [ISO 14496-14]', 'video/mp4'],
  msf1: ['HEIF Image Sequence', 'image/heif-sequence'],
  MSNV: ['MPEG-4 (.MP4) for SonyPSP', 'audio/mp4'],
  'qt  ': ['Apple QuickTime movie, Apple QuickTime (.MOV/QT)', 'video/quicktime'],
};

const standards: Readonly<Record<string, string>> = {
  a: ' C.S0050-0 V1.0',
  b: ' C.S0050-0-A V1.0.0',
  c: ' C.S0050-0-B V1.0',
};

function brandOf(brand: string): readonly [string, string] | undefined {
  if (brand.startsWith('3g2'))
    return [`${MPEG4}3GPP2${standards[brand.slice(3)] ?? ''}`, 'video/3gpp2'];
  if (/^3g[egmprst]/.test(brand)) return [`${MPEG4}${THREE}`, 'video/3gpp'];
  return brands[brand];
}

/** Media whose second word names the first part; undefined where it is another. */
export function isoMedia(data: Uint8Array): Kind | undefined {
  const part = latin1(data, 4, 8);
  if (part === 'ftyp') {
    const [says, mime] = brandOf(latin1(data, 8, 12)) ?? ['', 'application/octet-stream'];
    return binary(`ISO Media${says === '' ? '' : `, ${says}`}`, mime);
  }
  if (part === 'moov' && latin1(data, 12, 16) === 'mvhd')
    return binary('Apple QuickTime movie (fast start)', 'video/quicktime');
  return part === 'mdat'
    ? binary('Apple QuickTime movie (unoptimized)', 'video/quicktime')
    : undefined;
}
