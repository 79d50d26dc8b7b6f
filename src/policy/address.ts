/**
 * Which hosts are private, loopback, link-local or a cloud's metadata service, by any spelling (RFC 6890). A URL
 * parser has already made numbers, octal and hexadecimal parts of IPv4 addresses plain.
 */

export type Reach = 'public' | 'loopback' | 'private' | 'link-local' | 'metadata' | 'reserved';

const metadataNames: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** [first address as 32 bits, length of its prefix, what it is]; the first that holds counts. */
const ranges4: readonly (readonly [string, number, Reach])[] = [
  ['169.254.169.254', 32, 'metadata'],
  ['169.254.170.2', 32, 'metadata'],
  ['100.100.100.200', 32, 'metadata'],
  ['168.63.129.16', 32, 'metadata'],
  ['0.0.0.0', 8, 'loopback'],
  ['127.0.0.0', 8, 'loopback'],
  ['10.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['198.18.0.0', 15, 'private'],
  ['169.254.0.0', 16, 'link-local'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 3, 'reserved'],
];

/** `hostname` as in a URL: lower case, IPv6 in brackets or not. */
export function reachOf(hostname: string): Reach {
  const host = hostname
    .toLowerCase()
    .replace(/\.+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
  if (host.includes(':')) return reach6(host);
  const four = bits4(host);
  if (four !== undefined) return reach4(four);
  if (metadataNames.has(host)) return 'metadata';
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  if (/\.(local|internal|lan|home\.arpa|intranet)$/.test(host) || !host.includes('.'))
    return 'private';
  return 'public';
}

function bits4(host: string): number | undefined {
  const parts = host.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((bits, part) => bits * 256 + Number(part), 0);
}

function reach4(address: number): Reach {
  const found = ranges4.find(([first, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(address / size) === Math.floor((bits4(first) as number) / size);
  });
  return found?.[2] ?? 'public';
}

function reach6(host: string): Reach {
  const words = words6(host);
  if (!words) return 'reserved';
  const [first = 0, second = 0] = words;
  const low = (words[6] as number) * 65_536 + (words[7] as number);
  if (host === 'fd00:ec2::254') return 'metadata';
  if (words.slice(0, 7).every((word) => word === 0)) return 'loopback';
  const mapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  const compatible = words.slice(0, 6).every((word) => word === 0);
  const translated = first === 0x64 && second === 0xff9b;
  if (mapped || compatible || translated) return reach4(low);
  // 6to4: the IPv4 address is in the second and third word.
  if (first === 0x2002) return reach4(second * 65_536 + (words[2] as number));
  if ((first & 0xfe00) === 0xfc00) return 'private';
  if ((first & 0xffc0) === 0xfe80) return 'link-local';
  if ((first & 0xffc0) === 0xfec0) return 'private';
  if ((first & 0xff00) === 0xff00 || (first === 0x2001 && second < 0x200)) return 'reserved';
  return (first & 0xe000) === 0x2000 ? 'public' : 'reserved';
}

/** Eight words; undefined for what is no address. */
function words6(host: string): number[] | undefined {
  const plain = host.replace(/%.*$/, '');
  const four = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  const tail = four ? bits4(four[2] as string) : undefined;
  if (four && tail === undefined) return undefined;
  const text =
    tail === undefined
      ? plain
      : `${four?.[1]}${Math.floor(tail / 65_536).toString(16)}:${(tail % 65_536).toString(16)}`;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const gap = 8 - head.length - rest.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const all = [...head, ...Array<string>(gap).fill('0'), ...rest];
  if (!all.every((word) => /^[0-9a-f]{1,4}$/.test(word))) return undefined;
  return all.map((word) => Number.parseInt(word, 16));
}
