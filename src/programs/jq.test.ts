/** jq of /bin, started by the shell, beside Debian's where both are the same (decision 56). */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { debian, isDebian, type Outcome } from '../testing/debian.ts';
import { runOnMachine, type Script } from '../testing/machine.ts';
import { programWorkers } from '../testing/programs.ts';

const jq = new Uint8Array(readFileSync('public/bin/jq.wasm'));
const hasJq = isDebian && existsSync('/usr/bin/jq');
/** Each character is a byte. */
const files = {
  'b.json': '{"x": 1}',
  'c.json': '{"b": [1, 2.5, {"c": null}], "a": "\xc3\xa9\\u0001\\ud83d\\ude00"}\n',
  'bad.json': '{"x": 1}\n{"y": ]\n',
  'raw.txt': 'one\ntwo\\\n\nthree',
  'bytes.txt': '"\xff\xc3("\n',
  'empty.json': '',
  'filter.jq': '# a comment\ndef f: .x + 1;\nf, $__loc__.line\n',
  'lib/m.jq': 'def twice: . * 2;',
  'lib/d.json': '{"k": "v"}',
};

// Each command is a process, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

let makeWorker: Script['makeWorker'];
beforeAll(async () => {
  makeWorker = await programWorkers();
}, 60_000);

async function ours(script: string): Promise<Outcome> {
  const { stdout, stderr, status } = await runOnMachine({
    args: ['-c', script, 'bash'],
    env: { PATH: '/bin', HOME: '/home', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    cwd: '/here',
    stdin: '',
    files: {
      '/bin/jq.wasm': jq,
      ...Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          `/here/${name}`,
          new Uint8Array(Buffer.from(text, 'latin1')),
        ]),
      ),
    },
    wall: 100_000,
    makeWorker,
  });
  return {
    stdout: Buffer.from(stdout).toString('latin1'),
    stderr: Buffer.from(stderr).toString(),
    status,
  };
}

/** A line of the shell that makes the same files, for the other one. */
const making = Object.entries(files)
  .map(([name, text]) => {
    const base64 = Buffer.from(text, 'latin1').toString('base64');
    return `mkdir -p "$(dirname ${name})"; base64 -d <<< '${base64}' > ${name}`;
  })
  .join('; ');

/** The commands one after the other, each with its outputs and its status. */
const each = (commands: readonly string[]): string =>
  commands.map((command) => `{ ${command}; } 2>err; echo "status $?"; cat err`).join('\n');

describe.runIf(hasJq)('jq does as the jq of Debian', () => {
  it.each<[string, readonly string[]]>([
    [
      'in how it prints',
      [
        'jq . b.json',
        'jq -c . b.json c.json',
        'jq -r ".a, .b" c.json',
        'jq -j ".a, .b" c.json',
        'jq -a .a c.json',
        'jq -S -c . c.json',
        'jq -C -c ".a" c.json',
        'jq -M . b.json',
        'jq --tab . c.json',
        'jq --indent 1 . c.json',
        'jq --indent 7 . c.json',
        'jq -n --seq "[1]" | od -c',
        'jq -rn \'"a\\u0000b"\' | od -c',
        'jq --unbuffered -c .b c.json',
      ],
    ],
    [
      'in what it reads',
      [
        'jq -s -c . b.json c.json',
        'jq -n -c "[inputs]" b.json c.json',
        'jq -n "input, input_filename" b.json c.json',
        'jq -R . raw.txt',
        'jq -R -s . raw.txt',
        'jq -Rn -c "[inputs]" raw.txt',
        'jq -c --stream . c.json',
        'jq -c --slurp --raw-input "split(\\"\\n\\")" raw.txt',
        'jq . bytes.txt',
        'jq -R . bytes.txt',
        'jq . empty.json',
        'cat b.json | jq -c .',
        'jq -c . - < b.json',
        'seq 30000 | jq -s add',
      ],
    ],
    [
      'in its arguments',
      [
        `jq -n -c --arg a 1 --argjson b '{"c":2}' '[$a, $b, $ARGS.named]'`,
        `jq -n -c --slurpfile s c.json --rawfile r raw.txt '$s, $r'`,
        `jq -n -c '$ARGS' --args a 'b c' ''`,
        `jq -n -c '$ARGS.positional' --jsonargs 1 '"x"' null`,
        `jq -n --slurpfile s none.json '$s'`,
        `jq -n --arg x $'\\xff\\u00e9' '$x | explode' -c`,
        `A=$'\\u00e9' jq -n 'env.A, $ENV.A'`,
        `env -i B=2 jq -n -c 'env.B, env.HOME'`,
        'jq -f filter.jq b.json',
        'jq --from-file filter.jq b.json',
        `jq -L lib 'import "m" as m; .x | m::twice' b.json`,
        `jq -L lib 'include "m"; .x | twice' b.json`,
        `jq -L lib -c 'import "d" as $d; $d' b.json`,
        `jq -L lib 'import "none" as m; 1' b.json >/dev/null 2>&1`,
      ],
    ],
    [
      'in its exit status and its messages',
      [
        'jq -e .x b.json',
        'jq -e .nothing b.json',
        'jq -e empty b.json',
        'jq -n -e "false, 1"',
        'jq . none.json',
        'jq . none.json b.json',
        `jq 'error("e")' b.json`,
        `jq 'error({a: 1})' b.json`,
        `jq -n '"a" | halt_error'`,
        `jq -n '{a: 1} | halt_error(3)'`,
        'jq -n "halt, 1"',
        `jq -n '"a" + 1'`,
        `jq -n '"x" | keys'`,
        `jq -n '[1] | debug' -c`,
        'jq -n "input"',
        'jq ".x +" b.json 2> /dev/null',
        'jq --nooption 2> /dev/null',
        'jq --arg x 2> /dev/null',
      ],
    ],
    [
      'in its filters',
      [
        `jq -c '.c.d = 1' b.json`,
        `jq -c '.x as $v | {$v, "a\\(1)": 2, (("q", "r")): 3}' b.json`,
        `jq -n -c '{} | .a.b.c = 1 | .d += 2 | del(.a.b)'`,
        `jq -n -c '"aXbX" | [match("x"; "gi").offset], sub("(?<l>[a-z])"; "\\(.l)!"), [scan("[a-z]")]'`,
        `jq -n -r '"a b" | @base64, @uri, @html, @sh, @json, @text, (@base64 | @base64d)'`,
        `jq -n -r '[1, "a\\"b"] | @csv, @tsv'`,
        `jq -n -c '"2015-03-05T23:51:47Z" | fromdate, strptime("%Y-%m-%dT%H:%M:%SZ")'`,
        `jq -n -c '1425599507 | todate, strftime("%A, %B %d, %Y"), gmtime'`,
        `jq -n -c 'reduce range(5) as $i (0; . + $i), [foreach range(3) as $i (0; . + $i)]'`,
        `jq -n -c '[limit(3; range(10))], first(range(5)), [1, [2]] | [.. | numbers?]'`,
        `jq -n -c '{"a": {"b": 2}} * {"a": {"c": 3}} | to_entries, paths, tostream'`,
        `jq -n -c 'try error("x") catch ., ([.[]?]), (label $f | 1, break $f, 2)'`,
        `jq -n -c '[3, 1, 2, 1] | sort, unique, group_by(.), min, max, index(1), .[1:], .[-1]'`,
        `jq -n -c '0.1 + 0.2, 1 / 3, pow(2; 70), (10 | log10), infinite, -infinite, (nan | isnan)'`,
      ],
    ],
  ])('%s', async (_what, commands) => {
    const script = each(commands);
    expect(await ours(script)).toEqual(debian(`${making}\n${script}`));
  });
});

describe('jq', () => {
  it('has what is new since 1.6', async () => {
    const { stdout } = await ours(
      each([
        'jq --version',
        `jq -n 'if true then 1 end, ([1, 2] | pick(.[0])), ("a" | ltrimstr("a")), (" b " | trim)' -c`,
        'jq -n 100000000000000000001',
        'jq --raw-output0 .x b.json | od -An -c',
        'jq . bad.json',
        `jq -n '@base32d "x"' -r`,
        'jq .x.y b.json',
      ]),
    );
    expect(stdout).toBe(
      [
        'jq-1.8.2\nstatus 0\n',
        '1\n[1]\n""\n"b"\nstatus 0\n',
        '100000000000000000001\nstatus 0\n',
        '   1  \\0\nstatus 0\n',
        `{\n  "x": 1\n}\nstatus 5\njq: parse error: Unmatched ']' at line 2, column 7\n`,
        'x\nstatus 0\n',
        'status 5\njq: error (at b.json:0): Cannot index number with string ("y")\n',
      ].join(''),
    );
  });

  it('finds files by the working directory, also where it has names of the root', async () => {
    const { stdout, stderr } = await ours(
      `mkdir -p tmp sub; echo 1 > /tmp/f; echo 2 > tmp/f; echo 3 > /tmp/only; ln -s ../b.json sub/link
      jq . /tmp/f tmp/f; jq . tmp/only; jq -c . "$PWD/b.json"; cd sub; jq -c . ../b.json link
      cp ../filter.jq .; jq -f filter.jq ../b.json; jq -L ../lib -n 'include "m"; 4 | twice'
      cd /; jq -c . here/b.json /here/sub/link`,
    );
    expect(stdout).toBe('1\n2\n{"x":1}\n{"x":1}\n{"x":1}\n2\n3\n8\n{"x":1}\n{"x":1}\n');
    expect(stderr).toBe('jq: error: Could not open file tmp/only: No such file or directory\n');
  });

  it('can be stopped whatever it computes', async () => {
    const { stdout } = await ours(
      `timeout 1 jq -n 'last(repeat(1))'; echo $?
      jq -n 'last(repeat(1))' & kill $!; wait $!; echo $?
      timeout 1 jq . < <(sleep 5 | cat); jq -n 1`,
    );
    expect(stdout).toBe('124\n143\n1\n');
  });

  it('answers while its input is still open', async () => {
    const { stdout } = await ours(
      `coproc jq --unbuffered .a
      for i in 1 2; do echo "{\\"a\\":$i}" >&\${COPROC[1]}; read line <&\${COPROC[0]}; echo "got $line"; done`,
    );
    expect(stdout).toBe('got 1\ngot 2\n');
  });

  it('ends when nobody reads what it prints', async () => {
    const { stdout, stderr } = await ours(
      `jq -n 'range(1e9)' | head -n 2; echo \${PIPESTATUS[0]}; type -t jq`,
    );
    expect([stdout, stderr]).toEqual(['0\n1\n141\nfile\n', '']);
  });

  it('runs by the paths that it has on Debian, and as an interpreter', async () => {
    const { stdout } = await ours(
      `printf '#!/usr/bin/jq -f\\n.x + 1\\n' > script; chmod +x script
      ./script b.json; /usr/bin/jq .x b.json; /bin/jq .x b.json; find . -name b.json -exec jq -c . {} +
      echo b.json | xargs jq -c .; env jq -n 1`,
    );
    expect(stdout).toBe('2\n1\n1\n{"x":1}\n{"x":1}\n1\n');
  });
});
