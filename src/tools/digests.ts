/** The checksums of sum(1), cksum(1), md5sum(1) and their like, over bytes that come in parts. */
export interface Digest {
  update(data: Uint8Array): void;
  /** What is printed before the name of the file, without the size. */
  hex(): string;
}

/** A checksum that is printed as hexadecimal digits, and that can be verified. */
export interface Algorithm {
  /** As `--tag` writes it. */
  readonly tag: string;
  /** How many bits it has, or at most. */
  readonly bits: number;
  create(bits: number): Promise<Digest>;
}

interface Hasher {
  init(): unknown;
  update(data: Uint8Array): unknown;
  digest(): string;
}

const digestOf = async (made: Promise<Hasher>): Promise<Digest> => {
  const hasher = await made;
  hasher.init();
  return { update: (data) => void hasher.update(data), hex: () => hasher.digest() };
};

const wasm = () => import('hash-wasm');

export const algorithms = {
  md5: { tag: 'MD5', bits: 128, create: async () => digestOf((await wasm()).createMD5()) },
  sha1: { tag: 'SHA1', bits: 160, create: async () => digestOf((await wasm()).createSHA1()) },
  sha224: { tag: 'SHA224', bits: 224, create: async () => digestOf((await wasm()).createSHA224()) },
  sha256: { tag: 'SHA256', bits: 256, create: async () => digestOf((await wasm()).createSHA256()) },
  sha384: { tag: 'SHA384', bits: 384, create: async () => digestOf((await wasm()).createSHA384()) },
  sha512: { tag: 'SHA512', bits: 512, create: async () => digestOf((await wasm()).createSHA512()) },
  blake2b: {
    tag: 'BLAKE2b',
    bits: 512,
    create: async (bits) => digestOf((await wasm()).createBLAKE2b(bits)),
  },
  sm3: { tag: 'SM3', bits: 256, create: async () => digestOf((await wasm()).createSM3()) },
} satisfies Readonly<Record<string, Algorithm>> as Readonly<Record<string, Algorithm>>;

/** A number and a count of blocks. */
export interface Sum {
  update(data: Uint8Array): void;
  /** The line without the name. */
  line(size: number): string;
}

const blocks = (size: number, of: number): number => Math.ceil(size / of);

export const sums: Readonly<Record<'bsd' | 'sysv' | 'crc', () => Sum>> = {
  bsd: () => {
    let sum = 0;
    return {
      update: (data) => {
        let now = sum;
        for (let i = 0; i < data.length; i++)
          now = ((now >> 1) + ((now & 1) << 15) + (data[i] as number)) & 0xffff;
        sum = now;
      },
      line: (size) => `${String(sum).padStart(5, '0')} ${String(blocks(size, 1024)).padStart(5)}`,
    };
  },
  sysv: () => {
    let sum = 0;
    return {
      update: (data) => {
        let now = sum;
        for (let i = 0; i < data.length; i++) now += data[i] as number;
        sum = now % 2 ** 32;
      },
      line: (size) => {
        const folded = (sum & 0xffff) + (sum >>> 16);
        return `${(folded & 0xffff) + (folded >>> 16)} ${blocks(size, 512)}`;
      },
    };
  },
  crc: () => {
    let crc = 0;
    return {
      update: (data) => {
        let now = crc;
        for (let i = 0; i < data.length; i++)
          now = (now << 8) ^ (crcTable[(now >>> 24) ^ (data[i] as number)] as number);
        crc = now;
      },
      line: (size) => {
        let now = crc;
        for (let left = size; left > 0; left = Math.floor(left / 256))
          now = (now << 8) ^ (crcTable[(now >>> 24) ^ (left % 256)] as number);
        return `${~now >>> 0} ${size}`;
      },
    };
  },
};

/** Of the polynomial of POSIX, whose highest bit comes first. */
const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});
