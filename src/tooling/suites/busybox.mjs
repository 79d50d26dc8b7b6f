/**
 * The test suite of BusyBox, run by a shell with the tools that it finds: a test that Debian's tools pass must pass
 * here; what they do not pass is about BusyBox alone.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { filesOf, here, reference } from './shells.mjs';

export const name = 'BusyBox';
export const isSuite = (dir) => fs.existsSync(join(dir, 'testing.sh'));

/** Commands that no other system is expected to have, or that need a real kernel. */
const FOREIGN =
  /^(all_sourcecode|ar|ash|busybox|cpio|cryptpw|dc|hostid|ifplugd|mdev|makedevs|mkfs\.minix|mount|parse|pidof|rx|sha3sum|start-stop-daemon|taskset|tree|tsort|umlwrapper|uncompress|unlzma|uptime|uuencode|wget|strings|time)(\.|$)/;
const WALL = 120_000;
/** Every optional feature of BusyBox that a test asks for is there. */
const options = (text) =>
  `:${[...text.matchAll(/[A-Z][A-Z0-9_]{3,}/g)].map(([word]) => word).join(':')}:`;

export async function* run(dir, only) {
  const files = { ...filesOf(dir, 'work'), 'tools/busybox': '#!/bin/sh\nexec "$@"\n' };
  for (const entry of fs.readdirSync(dir).sort()) {
    if (FOREIGN.test(entry) || (only && !entry.startsWith(only))) continue;
    if (entry.endsWith('.tests')) yield* whole(dir, entry, files);
    else if (fs.statSync(join(dir, entry)).isDirectory()) yield* single(dir, entry, files);
  }
}

async function* whole(dir, entry, files) {
  const env = { OPTIONFLAGS: options(fs.readFileSync(join(dir, entry), 'latin1')), VERBOSE: '1' };
  const job = { args: [`./${entry}`], files, env, wall: WALL };
  const [expected, actual] = [verdictsOf(reference(job)), verdictsOf(await here(job))];
  for (const [test, { passes }] of expected.tests) {
    const own = actual.tests.get(test);
    const detail = own?.passes ? '' : (own?.detail ?? `it was not run: ${actual.end}`);
    const verdict = !passes ? 'not applicable' : own?.passes ? 'passes' : 'fails';
    yield { name: `${entry}: ${test}`, verdict, detail: verdict === 'fails' ? detail : '' };
  }
}

async function* single(dir, entry, files) {
  for (const test of fs.readdirSync(join(dir, entry)).sort()) {
    const script = `export d="$PWD"; mkdir sub; cd sub; sh -x -e "../${entry}/${test}"`;
    const job = { args: ['-c', script], files };
    const expected = reference(job);
    const actual = expected.status === 0 ? await here(job) : expected;
    const verdict =
      expected.status !== 0 ? 'not applicable' : actual.status === 0 ? 'passes' : 'fails';
    const detail = verdict === 'fails' ? actual.stderr.split('\n').slice(-6).join('\n') : '';
    yield { name: `${entry}/${test}`, verdict, detail };
  }
}

/** What a run has said of each test, with what differs. */
function verdictsOf({ stdout, stderr, status }) {
  const tests = new Map();
  let test;
  for (const line of stdout.split('\n')) {
    const [, word, title] = /^(PASS|FAIL): (.*)/.exec(line) ?? [];
    if (word) {
      test = { passes: word === 'PASS', detail: '' };
      let unique = title;
      for (let i = 2; tests.has(unique); i++) unique = `${title} (${i})`;
      tests.set(unique, test);
    } else if (test && !test.passes && !line.startsWith('=====')) test.detail += `${line}\n`;
  }
  return { tests, end: `status ${status}, ${stderr.trimEnd().split('\n').at(-1)}` };
}
