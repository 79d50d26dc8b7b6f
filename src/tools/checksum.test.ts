/** The checksum tools beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = String.raw`printf 'hello\n' > h; : > e; printf x > 'a\b'; printf y > $'n\nl'; printf z > 'a b'; md5sum h e > S; printf 'b1946ac92492d2347c6235b4d2611184  nofile\n' > T; { cat S; echo foo; } > U; sed s/^./0/ U > V`;
const tools = [
  'md5sum',
  'sha1sum',
  'sha224sum',
  'sha256sum',
  'sha384sum',
  'sha512sum',
  'b2sum',
  'cksum',
];

describe.runIf(isDebian)('checksum tools are as Debian has them', () => {
  it.each(tools)('%s h', (tool) =>
    expectDebian(
      `${files}; ${tool} h e; ${tool} < h; ${tool} - < h; ${tool} nofile; yes | head -c 200001 | ${tool}`,
    ),
  );

  it.each(tools.slice(0, 7))('%s verifies what it has printed', (tool) =>
    expectDebian(
      `${files}; ${tool} --tag h e > L; cat L; ${tool} -c L; ${tool} h e 'a\\b' n*l | ${tool} -c`,
    ),
  );

  it.each([
    ...[
      '-b h',
      '-t h',
      '--tag h',
      '-z h e',
      '-z n*l | od -c',
      'a*b n*l',
      '--tag a*b',
      'nofile h',
      '.',
      '-Z',
      '--tag -z h',
      "'a b'",
    ],
    ...[
      '-c S',
      '-c --quiet S',
      '-c --status V',
      '-c U',
      '-c -w U',
      '-c --strict U',
      '-c V',
      '-c --status S',
      '-c T',
      '-c S T V',
    ],
    ...[
      '-c --ignore-missing T',
      '-c --ignore-missing T S',
      '-c nofile',
      '-c < /dev/null',
      '-c .',
      '-c - < S',
      '-c U U',
      '-c --quiet V',
    ],
    ...[
      '-w h',
      '--strict h',
      '--quiet h',
      '--status h',
      '--ignore-missing h',
      '--tag -c T',
      '-b -c T',
      '-t -c T',
      '-z -c T',
      '-t --tag h',
    ],
  ])('md5sum %s', (args) => expectDebian(`${files}; md5sum ${args}`));

  it.each([
    'b1946ac92492d2347c6235b4d2611184 *h',
    'b1946ac92492d2347c6235b4d2611184  h\\r',
    'b1946ac92492d2347c6235b4d2611184 h',
    'b1946ac92492d2347c6235b4d2611184 h\\nb1946ac92492d2347c6235b4d2611184  h',
    'b1946ac92492d2347c6235b4d2611184  h\\nb1946ac92492d2347c6235b4d2611184 h',
    'B1946AC92492D2347C6235B4D2611184  h',
    ' b1946ac92492d2347c6235b4d2611184  h',
    '# c\\n\\nb1946ac92492d2347c6235b4d2611184  h',
    'b1946ac92492d2347c6235b4d261118  h',
    'b1946ac92492d2347c6235b4d26111844  h',
    'b1946ac92492d2347c6235b4d2611184h',
    'b1946ac92492d2347c6235b4d2611184',
    'MD5(h)= b1946ac92492d2347c6235b4d2611184',
    'MD5 (h) = b1946ac92492d2347c6235b4d2611184',
    'MD5 (h) = b1946ac92492d2347c6235b4d261118',
    'SHA1 (h) = b1946ac92492d2347c6235b4d2611184',
    '\\\\\\\\9dd4e461268c8034f5c8564e155c67a6  a\\\\\\\\b',
    '\\\\\\\\9dd4e461268c8034f5c8564e155c67a6  a\\\\\\\\x',
    'b1946ac92492d2347c6235b4d2611184  -',
  ])('md5sum -c reads %s', (lines) =>
    expectDebian(`${files}; printf '${lines}\n' > L; md5sum -c -w L < h`),
  );

  it.each([
    ...[
      'b2sum -l 128 h',
      'b2sum -l 13 h',
      'b2sum -l 1024 h',
      'b2sum -l x h',
      'b2sum -l 0 h',
      'b2sum -l 128 --tag h',
    ],
    ...[
      'b2sum -l 128 --tag h | b2sum -c',
      'b2sum -l 128 h | b2sum -c',
      'sha256sum --tag h | md5sum -c',
      'sha1sum h | sha256sum -c',
    ],
    ...[
      'cksum -a md5 h',
      'cksum -a sha256 --untagged h',
      'cksum -a bsd h',
      'cksum -a sysv h e',
      'cksum -a crc h',
      'cksum -a sm3 h',
    ],
    ...[
      'cksum -a blake2b h',
      'cksum -a blake2b -l 128 h',
      'cksum -a foo h',
      'cksum -a sha1 h | cksum -c',
      'cksum h | cksum -c',
    ],
    ...[
      'cksum -a md5 --untagged h | cksum -a md5 -c',
      'cksum -l 8 h',
      'cksum -z h',
      'cksum --tag h',
      'cksum -a crc -c h',
      'cksum a*b',
    ],
    ...[
      'cksum -a md5 -z h',
      'cksum --untagged h',
      'cksum -a sm3 h | cksum -c',
      'cksum -a blake2b -l 8 h | cksum -c',
    ],
    ...['head -c 70000 /dev/zero | cksum'],
  ])('%s', (script) => expectDebian(`${files}; ${script}`));
});
