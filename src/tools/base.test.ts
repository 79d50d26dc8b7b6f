/** base64, base32 and basenc beside Debian's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../testing/debian.ts';

const input = Uint8Array.from({ length: 700 }, (_, at) => (at * at * 7 + (at >> 3)) & 255);
const encodings = [
  'base64',
  'base64url',
  'base32',
  'base32hex',
  'base16',
  'base2msbf',
  'base2lsbf',
];

describe.runIf(isDebian)('base64, base32 and basenc are as Debian has them', () => {
  it.each(['base64', 'base32', ...encodings.map((each) => `basenc --${each}`), 'basenc --z85'])(
    '%s',
    (command) =>
      expectDebian(
        `head -c 256 > f; ${command} f > g; cat g; ${command} -d g | od -An -tx1; ${command} -w 0 f; ${command} -w 5 < f`,
        input,
      ),
  );

  it.each([
    'printf YWI= | base64 -d',
    'printf YWI | base64 -d',
    'printf YW | base64 -d',
    'printf Y | base64 -d',
    'printf "YQ==YQ==" | base64 -d',
    'printf "YQ=YQ==" | base64 -d',
    'printf "Y=Q=" | base64 -d',
    'printf "====" | base64 -d',
    'printf "YW\\nJj\\n" | base64 -d',
    'printf "YW Jj" | base64 -d',
    'printf "Y!W*Jj" | base64 -di',
    'printf "YWJj\\r\\n" | base64 -d',
    'printf "AP/+" | base64 --decode | od -An -tx1',
    'printf "ME======" | base32 -d',
    'printf "ME==" | base32 -d',
    'printf "me======" | base32 -d',
    'printf "4142zz" | basenc --base16 -d',
    'printf "4g14" | basenc --base16 -di',
    'printf abc | basenc',
    'printf abc | basenc --base64 --base16',
    'printf abc | base64 -w x',
    'printf abc | base64 -w 99999999999999999999',
    'printf abc | base64 -w',
    'base64 a b',
    'base64 nofile',
    'base64 "no file"',
    'base64 .',
    'base64 --foo',
    'base64 </dev/null',
  ])('%s', (script) => expectDebian(script));

  it('gives any bytes back', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(...encodings),
        async (bytes, name) => {
          const got = await ours(`basenc --${name} -w7`, bytes);
          expect(got).toEqual(debian(`basenc --${name} -w7`, bytes));
        },
      ),
      { numRuns: 10 },
    ));
});
