/** What tests of a person's work with files share: a page, its files, and answers to its questions. */
import { beforeEach } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { type FileService, never } from '../kernel/service.ts';
import { type Answer, type Conflict, Conflicts } from '../ui/files/conflicts.ts';
import type { IncomingTree } from '../ui/files/incoming.ts';
import { Tally } from '../ui/files/outcomes.ts';
import type { Batch, Step } from '../ui/files/steps.ts';
import { giveClient } from '../ui/session.ts';
import { type PageFiles, pageFiles } from './pagefiles.ts';

/** The page of the test that runs. */
export let page: PageFiles;

/** Gives each test of a file a page of its own. */
export function giveEachItsPage(): void {
  beforeEach(async () => {
    page = await pageFiles();
    giveClient(page.client);
  });
}

export const newBatch = (signal = never): Batch => ({
  signal,
  progress: () => undefined,
  tally: new Tally(),
  steps: [],
});

/** Answers each question by the name that it is about; a question that is not expected fails the test. */
export const answering = (answers: Readonly<Record<string, Answer['choice']>> = {}) => {
  const asked: Conflict[] = [];
  const conflicts = new Conflicts(async (conflict) => {
    asked.push(conflict);
    const choice = answers[conflict.path];
    if (!choice) throw new Error(`there was a question about ${conflict.path}`);
    return { choice, forAll: false };
  });
  return { conflicts, asked };
};

export const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    const dir = path.slice(0, path.lastIndexOf('/'));
    if (dir) await page.fs.mkdir(dir, { recursive: true });
    if (!path.endsWith('/')) await page.fs.writeFile(path, text);
  }
};

/** All files below a path with their texts, and empty directories; without the trash. */
export async function tree(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const todo = [root];
  for (const dir of todo) {
    const entries = await page.fs.readdir(dir);
    if (entries.length === 0 && dir !== root) found[`${dir}/`] = '';
    for (const { name, kind } of entries) {
      const path = `${dir}/${name}`;
      if (path === '/home/.local') continue;
      if (kind === 'dir') todo.push(path);
      else found[path] = await page.fs.readFile(path, 'utf8');
    }
  }
  return found;
}

export async function undoAll(steps: readonly Step[]): Promise<void> {
  for (const step of [...steps].reverse()) await step.undo(never);
}

export const coming = (
  files: Readonly<Record<string, string>>,
  dirs: string[] = [],
): IncomingTree => ({
  dirs,
  files: Object.entries(files).map(([path, text]) => ({
    path: path.replace(/^\d:/, ''),
    file: new File([text], path, { lastModified: 1_551_675_967_000 }),
  })),
});

/** A service without a method, as a folder of the browser has no symlinks and no times. */
export function without(...methods: (keyof FileService)[]): FileService {
  const service = new MemFs();
  for (const method of methods) Object.defineProperty(service, method, { value: undefined });
  return service;
}

export const LONG = `${'ä'.repeat(125)}.txt`;
export const MTIME = 1_551_675_967_000_000_000n;
