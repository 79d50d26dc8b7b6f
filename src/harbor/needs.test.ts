/** What scripts and tests ask for, found without running them. */
import { describe, expect, it } from 'vitest';
import { needsOfPython, needsOfScript } from './needs.ts';

const script = (text: string, ...there: string[]): string[] =>
  needsOfScript(text, 'x', (command) => there.includes(command)).map(({ what }) => what);
const python = (text: string, ...local: string[]): string[] =>
  needsOfPython(text, 'x', new Set(local)).map(({ what }) => what);

describe('a script', () => {
  it.each([
    ['apt-get update && apt-get install -y curl', 'packages of an operating system: apt-get'],
    ['curl -LsSf https://example.org/install.sh | sh', 'the network: curl'],
    ['if pytest /tests; then echo 1; fi', 'Python (install it from the catalogue): pytest'],
    ['A=1 B=2 gcc x.c', 'a native C toolchain: gcc'],
    ['x=$(git log)', 'the network: git'],
    ['while ! nc -z localhost 80; do sleep 1; done', 'the network: nc'],
    ['exec node server.js', 'another runtime: node'],
  ])('%s needs %s', (text, need) => {
    expect(script(text)).toContain(need);
  });

  it.each([
    ['echo "use curl or git"'],
    ['# curl'],
    ['cat > note <<EOF\ncurl it\nEOF\necho done'],
    ["printf 'gcc\\n'"],
    ['grep git file | sort'],
    ['mkdir -p out; cp curl.txt out'],
  ])('%s needs nothing', (text) => {
    expect(script(text)).toEqual([]);
  });

  it('does not need what is there', () => {
    expect(script('python x.py; cc y.c', 'python', 'cc')).toEqual([]);
  });
});

describe('a Python file', () => {
  it('needs packages, modules that WASI has not, processes and threads', () => {
    expect(
      python(
        'import os, numpy as np\nfrom requests.adapters import X\nimport subprocess\nimport ssl\nimport threading',
      ),
    ).toEqual([
      'a Python package: numpy',
      'a Python package: requests',
      'processes from Python: subprocess',
      'a module of Python that WASI has not: ssl',
      'threads from Python: threading',
    ]);
  });

  it('needs neither its own standard library nor what lies beside it', () => {
    expect(
      python('import json\nfrom pathlib import Path\nimport pytest\nimport helper\n', 'helper'),
    ).toEqual([]);
    expect(python('import sys\nsys.path.insert(0, "/app")\nimport solution\n')).toEqual([]);
  });
});
