/** Addresses that are nobody's business, however they are spelt. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachOf } from './address.ts';

const spelt = (host: string): string => reachOf(new URL(`http://${host}/`).hostname);

describe('an address', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.1', 'loopback'],
    ['2130706433', 'loopback'],
    ['0x7f000001', 'loopback'],
    ['0177.0.0.1', 'loopback'],
    ['0x7f.0.0x0.1', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['localhost', 'loopback'],
    ['LOCALHOST.', 'loopback'],
    ['a.b.localhost', 'loopback'],
    ['[::1]', 'loopback'],
    ['[::]', 'loopback'],
    ['[0:0:0:0:0:0:0:1]', 'loopback'],
    ['[::ffff:127.0.0.1]', 'loopback'],
    ['[::ffff:7f00:1]', 'loopback'],
    ['[::127.0.0.1]', 'loopback'],
    ['[64:ff9b::7f00:1]', 'loopback'],
    ['[2002:7f00:1::]', 'loopback'],
    ['１２７.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['[fd00::1]', 'private'],
    ['[fc00::1]', 'private'],
    ['printer', 'private'],
    ['db.internal', 'private'],
    ['nas.local', 'private'],
    ['169.254.169.254', 'metadata'],
    ['2852039166', 'metadata'],
    ['0xA9FEA9FE', 'metadata'],
    ['[::ffff:a9fe:a9fe]', 'metadata'],
    ['[fd00:ec2::254]', 'metadata'],
    ['metadata.google.internal', 'metadata'],
    ['METADATA.google.internal.', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['169.254.1.1', 'link-local'],
    ['[fe80::1]', 'link-local'],
    ['224.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['[ff02::1]', 'reserved'],
    ['example.org', 'public'],
    ['8.8.8.8', 'public'],
    ['172.32.0.1', 'public'],
    ['[2606:4700::1111]', 'public'],
    ['localhost.example.org', 'public'],
  ])('%s is %s', (host, reach) => {
    expect(spelt(host)).toBe(reach);
  });

  it('is the same in each spelling of IPv4', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (number) => {
        const plain = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
        const high = (number >>> 16).toString(16);
        const low = (number & 0xffff).toString(16);
        for (const other of [String(number), `0x${number.toString(16)}`, `[::ffff:${high}:${low}]`])
          expect(spelt(other)).toBe(spelt(plain));
      }),
    );
  });

  it('of nothing that a URL takes ends in an error', () => {
    fc.assert(
      fc.property(fc.ipV6(), (host) => {
        expect(typeof reachOf(`[${host}]`)).toBe('string');
      }),
    );
  });
});
