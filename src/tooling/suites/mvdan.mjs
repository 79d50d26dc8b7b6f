/** The table of mvdan/sh (interp/interp_test.go): scripts as literals of Go; bash reads each from its standard input. */
import fs from 'node:fs';
import { join } from 'node:path';
import { compare } from './compare.mjs';

export const name = 'mvdan/sh';
export const isSuite = (dir) => fs.existsSync(join(dir, 'interp_test.go'));

const WALL = 5000;
/** What is only there: programs of its own, and commands that its test replaces. */
const NEEDS = /GOSH_PROG|ENV_PROG|PATH_PROG|GO_TEST_DIR|\bkill\b.*\$PPID/;
const env = {
  INTERP_GLOBAL: 'value',
  MULTILINE_INTERP_GLOBAL: '\nwith\nnewlines\n\n',
  MIXEDCASE_INTERP_GLOBAL: 'value',
};

export async function* run(dir, only) {
  const scripts = scriptsOf(fs.readFileSync(join(dir, 'interp_test.go'), 'utf8'));
  for (const [i, script] of scripts.entries()) {
    const id = `${i}: ${JSON.stringify(script)}`;
    if (only && !id.includes(only)) continue;
    if (NEEDS.test(script)) yield { name: id, verdict: 'not applicable' };
    else {
      const stdin = Buffer.from(script).toString('latin1');
      yield { name: id, ...(await compare({ args: [], stdin, env, wall: WALL })), script };
    }
  }
}

/** The first text of each entry of the tables. */
function scriptsOf(source) {
  const tables = source.matchAll(/^var runTests(?:Unix|64bit)? = \[\]runTest\{\n(.*?)^\}/gms);
  const literal = String.raw`(?:"(?:[^"\\\n]|\\.)*"|${'`[^`]*`'})`;
  const entry = new RegExp(String.raw`^\t\{\s*(${literal}(?:\s*\+\s*${literal})*),`, 'gm');
  const scripts = [...tables].flatMap(([, table]) => [...table.matchAll(entry)]);
  return scripts.map(([, text]) =>
    [...text.matchAll(new RegExp(literal, 'g'))].map(([part]) => textOf(part)).join(''),
  );
}

/** The value of a literal of Go; the escapes that occur are those of JSON, and `\x`. */
const textOf = (literal) =>
  literal.startsWith('`')
    ? literal.slice(1, -1)
    : JSON.parse(
        literal
          .replaceAll(/\\x(..)/g, String.raw`\u00$1`)
          .replaceAll(/\\a/g, String.raw`\u0007`)
          .replaceAll(/\\v/g, String.raw`\u000b`),
      );
