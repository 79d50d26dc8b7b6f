/** Task folders as people and their editors write them. */
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { codeOf } from '../testing/kernel.ts';
import { put } from '../testing/tree.ts';
import { readTask } from './task.ts';

/** What some editors put in front of a text. */
const MARK = '\ufeff';

async function folder(files: Readonly<Record<string, string>>): Promise<MemFs> {
  const fs = new MemFs();
  for (const [path, text] of Object.entries(files)) {
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth++)
      await codeOf(() => fs.create(names.slice(0, depth), 'dir'));
    await put(fs, names, MARK + text);
  }
  return fs;
}

describe('a task whose texts begin with a byte order mark', () => {
  it('is read in the form of Harbor', async () => {
    const fs = await folder({
      'task.toml': '[metadata]\ndifficulty = "easy"\n',
      'instruction.md': 'Do it.',
      'environment/Dockerfile': 'FROM scratch\nWORKDIR /app\n',
      'tests/test.sh': 'true\n',
    });
    expect(await readTask(fs, 'marked')).toMatchObject({
      instruction: 'Do it.',
      difficulty: 'easy',
      recipe: { image: 'scratch', workdir: '/app' },
    });
  });

  it('is read in the form of Terminal-Bench', async () => {
    const fs = await folder({
      'task.yaml': 'instruction: Do it.\ndifficulty: hard\n',
      Dockerfile: 'FROM scratch\nWORKDIR /app\n',
      'run-tests.sh': 'true\n',
    });
    expect(await readTask(fs, 'marked')).toMatchObject({
      instruction: 'Do it.',
      difficulty: 'hard',
    });
  });
});
