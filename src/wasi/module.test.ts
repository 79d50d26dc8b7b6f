import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exits, grows, loops, tinyModule } from '../testing/wasm.ts';
import { inspect, limitMemory } from './module.ts';

const hello = new Uint8Array(readFileSync('public/bin/hello-wasi.wasm'));

describe('inspect', () => {
  it('knows a command, its imports, exports and memory', () => {
    const found = inspect(hello);
    expect(found).toMatchObject({ kind: 'command', runs: true, size: hello.length });
    expect(found.imports.map(({ name }) => name)).toContain('path_open');
    expect(found.exports.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['memory', '_start']),
    );
    expect(found.memory).toMatchObject({ shared: false, max: undefined });
  });

  it.each([
    ['text', new TextEncoder().encode('#!/bin/sh'), 'not wasm', /does not begin with/],
    ['nothing', new Uint8Array(0), 'not wasm', /does not begin with/],
    ['a component', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), 'component', /preview2/],
    ['half a module', hello.subarray(0, hello.length / 2), 'broken', /damaged/],
    ['a reactor', tinyModule([], { exportStart: '_initialize' }), 'reactor', /no _start/],
    ['a library', tinyModule([], { exportStart: 'add' }), 'library', /no _start/],
    [
      'WASIX',
      tinyModule([], { imports: [{ module: 'wasix_32v1', name: 'x', params: 0 }] }),
      'wasix',
      /WASIX/,
    ],
    [
      'preview0',
      tinyModule([], { imports: [{ module: 'wasi_unstable', name: 'fd_write', params: 0 }] }),
      'preview0',
      /preview0/,
    ],
    [
      'threads',
      tinyModule([], { imports: [{ module: 'wasi', name: 'thread-spawn', params: 1 }] }),
      'threads',
      /single-threaded/,
    ],
    [
      'Emscripten',
      tinyModule([], { imports: [{ module: 'env', name: 'emscripten_resize_heap', params: 1 }] }),
      'emscripten',
      /Emscripten/,
    ],
    [
      'what we lack',
      tinyModule([], { imports: [{ name: 'fd_teleport', params: 1 }] }),
      'library',
      /wasi_snapshot_preview1\.fd_teleport/,
    ],
  ])('says what %s is and why it does not run', (_, bytes, kind, verdict) => {
    expect(inspect(bytes)).toMatchObject({ kind, runs: false });
    expect(inspect(bytes).verdict).toMatch(verdict);
  });

  it('never throws and never hangs, whatever the bytes', () => {
    const flips = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(flips, fc.nat(hello.length), (changes, length) => {
        const bytes = hello.slice(0, Math.max(8, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const found = inspect(bytes);
        expect(found.verdict.length).toBeGreaterThan(10);
        if (found.runs)
          expect(() => limitMemory(bytes, 1 << 30)).not.toThrow(/RangeError|TypeError/);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        (bytes) => typeof inspect(bytes).verdict === 'string',
      ),
    );
  });
});

describe('limitMemory', () => {
  const memoryOf = (bytes: Uint8Array) => inspect(bytes).memory;

  it('sets a maximum where there is none, and lowers one that is higher', () => {
    const limited = limitMemory(grows(1), 10 * 65_536);
    expect(memoryOf(limited)).toMatchObject({ min: 1, max: 10 });
    expect(memoryOf(limitMemory(limited, 4 * 65_536))).toMatchObject({ min: 1, max: 4 });
    expect(memoryOf(limitMemory(limited, 99 * 65_536))).toMatchObject({ min: 1, max: 10 });
    expect(WebAssembly.validate(limited as Uint8Array<ArrayBuffer>)).toBe(true);
    expect(WebAssembly.validate(limitMemory(hello, 1 << 28) as Uint8Array<ArrayBuffer>)).toBe(true);
  });

  it('refuses a program that starts with more, with both sizes in the sentence', () => {
    expect(() => limitMemory(tinyModule([], { pages: 64 }), 1_000_000)).toThrow(
      'it starts with 4 MiB of memory and may have 960 KiB',
    );
  });

  it.each([Number.POSITIVE_INFINITY, 1e15, 2 ** 32])(
    'a limit of %s is the most that a module can have',
    (limit) => {
      expect(memoryOf(limitMemory(loops(), limit))).toMatchObject({ max: 65_536 });
    },
  );

  it('refuses a table whose type is longer than a call takes arguments', () => {
    const type = [0x63, ...Array<number>(200_000).fill(0x80), 0];
    const body = [1, ...type, 0, 1];
    const size = [body.length & 0x7f, (body.length >> 7) & 0x7f, body.length >> 14];
    const header = [
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      4,
      (size[0] ?? 0) | 0x80,
      (size[1] ?? 0) | 0x80,
    ];
    const bytes = Uint8Array.from([...header, size[2] ?? 0, ...body]);
    expect(() => limitMemory(bytes, 1 << 20)).toThrow('ENOEXEC: a number is too long');
  });

  it('leaves all else as it was', () => {
    expect(inspect(limitMemory(exits(3), 1 << 20))).toMatchObject({ runs: true, kind: 'command' });
  });
});
