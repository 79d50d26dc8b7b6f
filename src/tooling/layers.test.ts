/** The layer check fails on a planted violation: a check that cannot fail shows nothing. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';

const planted: string[] = [];
afterEach(() => {
  for (const file of planted.splice(0)) rmSync(file, { force: true });
});

function violationsWith(file: string, code: string): string {
  planted.push(file);
  writeFileSync(file, code);
  const { stdout, status } = spawnSync(
    'node_modules/.bin/depcruise',
    [file, '--config', '.dependency-cruiser.cjs'],
    { encoding: 'utf8' },
  );
  return `${status} ${stdout}`;
}

describe('the layers', () => {
  it.each([
    [
      'src/kernel/planted.ts',
      "import { MemFs } from '../fs/mem/memfs.ts';\nexport const x = MemFs;\n",
      'kernel-imports-nothing',
    ],
    [
      'src/kernel/planted.ts',
      "import { openDB } from 'idb';\nexport const x = openDB;\n",
      'kernel-imports-nothing',
    ],
    [
      'src/fs/dev/planted.ts',
      "import { MemFs } from '../mem/memfs.ts';\nexport const x = MemFs;\n",
      'a-service-imports-the-kernel-only',
    ],
    [
      'src/policy/planted.ts',
      "import { HttpFs } from '../fs/http/httpfs.ts';\nexport const x = HttpFs;\n",
      'policies-are-words-about-uses',
    ],
    [
      'src/executors/planted.ts',
      "import { MemFs } from '../fs/mem/memfs.ts';\nexport const x = MemFs;\n",
      'executors-serve-capabilities',
    ],
    [
      'src/wasi/planted.ts',
      "import { Journal } from '../storage/journal.ts';\nexport const x = Journal;\n",
      'wasi-imports-the-kernel',
    ],
    [
      'src/ui/planted.ts',
      "import { Page } from '../boot/page.ts';\nexport const x = Page;\n",
      'ui-takes-only-the-client-types-tables-and-checks',
    ],
    [
      'src/boot/planted.ts',
      "import { App } from '../ui/App.tsx';\nexport const x = App;\n",
      'boot-imports-everything-but-ui',
    ],
  ])(
    '%s may not contain %j',
    (file, code, rule) => {
      const said = violationsWith(file, code);
      expect(said).toContain(rule);
      expect(said).not.toMatch(/^0 /);
    },
    30_000,
  );
});
