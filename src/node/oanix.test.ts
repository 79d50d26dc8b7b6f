/** `oanix run` as a person runs it: real programs in a process of their own. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  exits,
  GO_RIGHTS,
  type Opening,
  opensAndThen,
  type Then,
  tinyModule,
} from '../testing/wasm.ts';
import { RIGHTS } from '../wasi/rights.ts';

const bin = (name: string): string => `public/bin/${name}.wasm`;
let dir: string;
const oanix = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, ['src/node/oanix.mjs', 'run', ...args], { input, encoding: 'utf8' });

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'oanix-cli-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('oanix run', () => {
  it('passes standard streams and the exit status through, and adds nothing', () => {
    const cat = oanix([bin('cat')], 'some\ntext');
    expect([cat.stdout, cat.stderr, cat.status]).toEqual(['some\ntext', '', 0]);
    const missing = oanix([bin('cat'), 'none']);
    expect([missing.stdout, missing.status]).toEqual(['', 1]);
    expect(missing.stderr).toMatch(/^cat: none: /);
  });

  it('says how it is used when it is asked, and leaves the options of a program to the program', () => {
    expect(oanix(['--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^usage: oanix run/),
      stderr: '',
    });
    expect(oanix([bin('hello-wasi'), '--help']).stdout).toContain('1: --help');
  });

  it('gives only the environment and the directories that were named', () => {
    writeFileSync(join(dir, 'a.txt'), 'from the host\n');
    const hello = oanix(['--env', 'ONLY=this', bin('hello-wasi'), '--', 'x']);
    expect(hello.stdout).toContain('environment:\n  ONLY=this\n');
    expect(hello.stdout).not.toContain('PATH=');
    expect(oanix([bin('cat'), '/a.txt']).status).toBe(1);
    expect(oanix(['--dir', `${dir}::/`, bin('cat'), '/a.txt']).stdout).toBe('from the host\n');
    expect(oanix(['--dir', `${dir}::/d`, '--cwd', '/d', bin('cat'), 'a.txt']).stdout).toBe(
      'from the host\n',
    );
  });

  it('says in PWD where the working directory is, unless PWD is given', () => {
    const environment = (...options: string[]) =>
      oanix(['--dir', `${dir}::/d`, ...options, bin('hello-wasi')]).stdout;
    expect(environment('--cwd', '/d')).toContain('environment:\n  PWD=/d\n');
    expect(environment('--cwd', '/d', '--env', 'PWD=/other')).toContain(
      'environment:\n  PWD=/other\n',
    );
    expect(environment()).not.toContain('PWD');
  });

  it('passes eight bits of the exit status, also in JSON', () => {
    const program = join(dir, 'exits.wasm');
    for (const [code, seen] of [
      [255, 255],
      [256, 0],
      [-1, 255],
      [0x12345, 0x45],
    ] as const) {
      writeFileSync(program, exits(code));
      expect(oanix([program]).status).toBe(seen);
      expect(JSON.parse(oanix(['--json', program]).stdout)).toMatchObject({ exit_code: seen });
    }
  });

  it('writes to the host live, or not at all where it is read-only', () => {
    const script = ['--dir', `${dir}::/tmp`, bin('stress'), 'read_write'];
    expect(oanix(script).stdout).toBe('ok read_write\n1 cases, 0 failed\n');
    const [, place, ...rest] = script;
    expect(oanix(['--dir', `${place}:ro`, ...rest]).status).toBe(1);
  });

  it('says by which rule of a policy a request is refused', () => {
    const policy = join(dir, 'policy.json');
    writeFileSync(policy, JSON.stringify({ origins: ['https://api.example.org'] }));
    const fetch = (...args: string[]) =>
      oanix(['--cap', `http=${policy}`, bin('fetch'), '--', ...args]);
    const elsewhere = fetch('https://other.example.org/');
    expect(elsewhere.status).toBe(1);
    expect(elsewhere.stderr).toBe(
      'fetch: cannot open /cap/http/1/body: Permission denied: origins: https://other.example.org is none of https://api.example.org\n',
    );
    expect(fetch('-X', 'DELETE', 'https://api.example.org/').stderr).toContain(
      'methods: DELETE is none of GET, HEAD',
    );
    expect(fetch('http://127.0.0.1:1/').stderr).toContain(
      'address: 127.0.0.1 is a loopback address',
    );
  });

  it('reads a policy with a byte order mark, also in UTF-16, and names a file that is not JSON', () => {
    const policy = join(dir, 'marked.json');
    const text = `\ufeff${JSON.stringify({ origins: ['https://api.example.org'] })}`;
    const fetch = () =>
      oanix(['--cap', `http=${policy}`, bin('fetch'), '--', 'https://other.example.org/']);
    for (const encoding of ['utf8', 'utf16le'] as const) {
      writeFileSync(policy, Buffer.from(text, encoding));
      expect(fetch().stderr).toContain('is none of https://api.example.org');
    }
    for (const bytes of [Buffer.from('\ufeff{origins'), Buffer.of(0xff, 0x80)]) {
      writeFileSync(policy, bytes);
      const refused = fetch();
      expect(refused.status).toBe(126);
      expect(refused.stderr).toMatch(/^oanix: EINVAL: .*marked\.json.*the file is not JSON: /);
    }
  });

  it('keeps a directory in a file, also when it was killed before', () => {
    const store = join(dir, 'kept.store');
    expect(oanix(['--store', `${store}::/tmp`, bin('hello-wasi')]).stdout).toContain('wrote /tmp');
    const cat = (...options: string[]) =>
      oanix(['--store', `${store}::/tmp`, ...options, bin('cat'), '/tmp/output.txt']);
    expect(cat().stdout).toMatch(/hello-wasi/);
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(`${store}.owner`, String(gone));
    expect(cat().status).toBe(0);
    writeFileSync(`${store}.owner`, String(process.pid));
    const busy = cat();
    expect([busy.status, busy.stderr]).toEqual([
      126,
      expect.stringContaining('has this store open'),
    ]);
  }, 60_000);

  it('tells how it ended as JSON, limits by their names', () => {
    const looping = join(dir, 'loop.wasm');
    writeFileSync(looping, tinyModule([0x03, 0x40, 0x0c, 0x00, 0x0b]));
    const ended = JSON.parse(oanix(['--json', '--wall', '300', looping]).stdout);
    expect(ended).toMatchObject({ exit_code: 137, signal: 'wall limit', limits_hit: ['wall'] });
    const cpu = JSON.parse(oanix(['--json', '--cpu', '200', looping]).stdout);
    expect(cpu).toMatchObject({ signal: 'cpu limit', limits_hit: ['cpu'] });
    const printed = JSON.parse(
      oanix(['--json', '--output', '10', bin('cat')], 'x'.repeat(100)).stdout,
    );
    expect(printed).toMatchObject({ signal: 'output limit', limits_hit: ['output'] });
  });

  it('passes arguments of any characters', () => {
    const { stdout } = oanix(['--env', 'WORD=größe', bin('hello-wasi'), '--', 'ünï', '😀', '']);
    expect(stdout).toContain('1: ünï\n  2: 😀\n  3: \n');
    expect(stdout).toContain('WORD=größe\n');
  });

  it('says what is wrong with what it was given', () => {
    expect(oanix([join(dir, 'none.wasm')]).status).toBe(127);
    writeFileSync(join(dir, 'text.wasm'), 'hello');
    const text = oanix([join(dir, 'text.wasm')]);
    expect([text.status, text.stderr]).toEqual([126, expect.stringMatching(/^oanix: ENOEXEC/)]);
    expect(oanix(['--dir', 'nowhere::/x', bin('cat')]).status).toBe(126);
    for (const wrong of [
      ['--dir', 'x::'],
      ['--env', 'X'],
      ...['', '/x:1.5', '/x:-1', '/a:b', '/x:1:2', '/x:0'].map((mem) => ['--mem', mem, bin('cat')]),
      ['--wall', 'soon', bin('cat')],
      ['--what', bin('cat')],
      [],
    ])
      expect(oanix(wrong)).toMatchObject({ status: 2, stderr: expect.stringContaining('usage:') });
  });

  it('answers while its input is open, and ends when a reader has left', async () => {
    const cat = spawn(process.execPath, ['src/node/oanix.mjs', 'run', bin('cat')]);
    cat.stdin.write('now\n');
    const heard = await new Promise((resolve) =>
      cat.stdout.once('data', (data) => resolve(String(data))),
    );
    expect(heard).toBe('now\n');
    cat.stdin.end();
    expect(await new Promise((resolve) => cat.on('exit', resolve))).toBe(0);
    const head = spawnSync(
      'sh',
      ['-c', `yes | ${process.execPath} src/node/oanix.mjs run ${bin('cat')} | head -n 1`],
      {
        encoding: 'utf8',
        timeout: 20_000,
      },
    );
    expect(head.stdout).toBe('y\n');
  });
});

describe('a right that a program asks for', () => {
  const [EBADF, EINVAL, EROFS] = [8, 28, 69];
  const [CREAT, TRUNC, APPEND] = [1, 8, 1];

  const opening = (
    place: readonly string[],
    path: string,
    how: Opening,
    then: Then,
  ): [status: number | null, printed: string] => {
    const program = join(dir, 'opens.wasm');
    writeFileSync(program, opensAndThen(path, how, then));
    const { status, stdout } = oanix([...place, program]);
    return [status, stdout];
  };
  const at = (flag = ''): string[] => ['--dir', `${join(dir, 'rights')}::/${flag}`];

  beforeAll(() => {
    mkdirSync(join(dir, 'rights'));
    writeFileSync(join(dir, 'rights/file'), 'content');
  });

  it('is not used by asking: a file that is only read is read', () => {
    for (const rights of [
      GO_RIGHTS,
      GO_RIGHTS | RIGHTS.fd_allocate,
      RIGHTS.fd_read | RIGHTS.fd_filestat_set_size,
    ])
      for (const place of [at(':ro'), at()])
        expect(opening(place, 'file', { rights }, 'print')).toEqual([0, 'content']);
  });

  it('does not make a file that is only read writable', () => {
    for (const place of [at(':ro'), at()]) {
      for (const then of ['write', 'allocate'] as const)
        expect(opening(place, 'file', { rights: GO_RIGHTS | RIGHTS.fd_allocate }, then)).toEqual([
          100 + EBADF,
          '',
        ]);
      const [status] = opening(place, 'file', { rights: GO_RIGHTS }, 'set size');
      expect([100 + EBADF, 100 + EINVAL]).toContain(status);
    }
    expect(readFileSync(join(dir, 'rights/file'), 'utf8')).toBe('content');
  });

  it('counts where it is to write: on a read-only directory that is EROFS', () => {
    const writing: Opening[] = [
      { rights: GO_RIGHTS | RIGHTS.fd_write },
      { rights: GO_RIGHTS | RIGHTS.fd_write, fdflags: APPEND },
      { rights: GO_RIGHTS, oflags: TRUNC },
    ];
    for (const how of writing)
      expect(opening(at(':ro'), 'file', how, 'print')).toEqual([EROFS, '']);
    expect(opening(at(':ro'), 'new', { rights: GO_RIGHTS, oflags: CREAT }, 'print')).toEqual([
      EROFS,
      '',
    ]);
    const made = {
      rights: RIGHTS.fd_read | RIGHTS.fd_filestat_set_size | RIGHTS.fd_allocate,
      oflags: CREAT,
    };
    for (const then of ['set size', 'allocate'] as const)
      expect(opening(at(), 'made', made, then)).toEqual([0, '']);
    expect(statSync(join(dir, 'rights/made')).size).toBe(9);
  });

  it('of advice is refused for an advice that there is not', () => {
    for (const advise of [0, 1, 5])
      expect(opening(at(), 'file', { rights: GO_RIGHTS }, { advise })).toEqual([0, '']);
    for (const advise of [6, 255, -1])
      expect(opening(at(), 'file', { rights: GO_RIGHTS }, { advise })).toEqual([100 + EINVAL, '']);
  });
});

describe('preview1', () => {
  const cases = oanix([bin('stress'), '-l'])
    .stdout.trim()
    .split('\n');

  it('has a case for each semantic', () => {
    expect(cases.length).toBeGreaterThanOrEqual(45);
  });

  it.each([
    ['a directory of the host', () => ['--dir', `${mkdtempSync(join(dir, 'root-'))}::/`]],
    ['memory', () => ['--mem', '/']],
  ])('holds on %s, case by case', (_, place) => {
    const { stdout, status } = oanix([...place(), bin('stress')]);
    expect(stdout.split('\n').filter((line) => line.startsWith('not ok'))).toEqual([]);
    expect([status, stdout.match(/^ok /gm)?.length]).toEqual([0, cases.length]);
  });

  it.each([1, 2, 3, 4, 5, 6])('random calls, seed %i: an errno each, no way out', (seed) => {
    const { stdout, status } = oanix(['--mem', '/', bin('hostile'), '20000', String(seed)]);
    expect(stdout).toMatch(
      /^20000 random calls: \d+ succeeded, the others were refused\nno way out\n$/,
    );
    expect(status).toBe(0);
  });
});
