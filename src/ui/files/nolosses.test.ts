/** Whatever a person does with files, in any order and with any answer: no byte is lost, and undo leads back exactly. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { never } from '../../kernel/service.ts';
import { type PageFiles, pageFiles, withRoom } from '../../testing/pagefiles.ts';
import { giveClient } from '../session.ts';
import { type Choice, Conflicts } from './conflicts.ts';
import { Tally } from './outcomes.ts';
import { type Batch, trash } from './steps.ts';
import { transfer } from './transfer.ts';
import { uploadTree } from './uploading.ts';

type Tree = Readonly<Record<string, string>>;

/** Two mounts without limits, and a small one that some things do not fit into. */
const ROOTS = ['/home', '/tmp', '/small'];
const ROOM = 60;
const NAMES = ['a', 'b', 'c.txt'];

const path = fc
  .tuple(fc.constantFrom(...ROOTS), fc.array(fc.constantFrom(...NAMES), { maxLength: 3 }))
  .map(([root, names]) => [root, ...names].join('/'));
const below = path.filter((each) => !ROOTS.includes(each));
const answers = fc.array(fc.constantFrom<Choice>('merge', 'replace', 'both', 'skip'), {
  minLength: 1,
  maxLength: 6,
});

const action = fc.oneof(
  fc.record({
    do: fc.constantFrom('move', 'copy'),
    paths: fc.array(below, { minLength: 1, maxLength: 3 }),
    into: path,
    answers,
  }),
  fc.record({
    do: fc.constant('upload'),
    paths: fc.array(fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 3,
    }),
    into: path,
    answers,
  }),
  fc.record({ do: fc.constant('trash'), paths: fc.array(below, { minLength: 1, maxLength: 2 }) }),
);

/** Everything below the roots, by path: the texts of files, and directories. The trash is apart. */
async function look({ fs }: PageFiles): Promise<{ tree: Tree; texts: Set<string> }> {
  const tree: Record<string, string> = {};
  const texts = new Set<string>();
  const todo = [...ROOTS];
  for (const dir of todo)
    for (const { name, kind } of await fs.readdir(dir)) {
      const at = `${dir}/${name}`;
      const isTrash = at.startsWith('/home/.local');
      if (kind === 'dir') {
        todo.push(at);
        if (!isTrash) tree[at] = 'a directory';
        continue;
      }
      const text = await fs.readFile(at, 'utf8');
      if (!at.endsWith('.trashinfo')) texts.add(text);
      if (!isTrash) tree[at] = text;
    }
  return { tree, texts };
}

let count = 0;
/** No two files have the same text. */
const newText = (): string => `text ${++count}`;

async function grow({ fs }: PageFiles, paths: readonly string[]): Promise<void> {
  for (const each of paths) {
    await fs
      .mkdir(each.slice(0, each.lastIndexOf('/')), { recursive: true })
      .catch(() => undefined);
    await fs.writeFile(each, newText(), { exclusive: true }).catch(() => undefined);
  }
}

const conflictsBy = (choices: readonly Choice[]): Conflicts => {
  let at = 0;
  return new Conflicts(async ({ mayMerge }) => {
    const choice = choices[at++ % choices.length] as Choice;
    return { choice: choice === 'merge' && !mayMerge ? 'both' : choice, forAll: false };
  });
};

/** Does it to the end, whatever part of it fails. */
async function act(each: typeof action extends fc.Arbitrary<infer T> ? T : never, batch: Batch) {
  if (each.do === 'trash') {
    for (const at of each.paths as string[])
      await batch.tally.attempt(
        at,
        never,
        async () => void batch.steps.push(await trash(at, never)),
      );
    return;
  }
  const { into, answers: choices } = each as { into: string; answers: Choice[] };
  const conflicts = conflictsBy(choices);
  if (each.do === 'upload') {
    const files = (each.paths as string[][]).map((names) => ({
      path: names.join('/'),
      file: new File([newText()], names.at(-1) as string),
    }));
    const dirs = [...new Set(files.flatMap(({ path: at }) => at.split('/').slice(0, -1)))];
    await uploadTree({ files, dirs }, into, conflicts, batch).catch(() => undefined);
  } else await transfer(each.do as 'move', each.paths as string[], into, conflicts, batch);
}

describe('operations on files', () => {
  test('lose nothing, and are undone exactly and done again exactly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(below, { maxLength: 8 }),
        fc.array(action, { minLength: 1, maxLength: 6 }),
        async (start, actions) => {
          const page = await pageFiles();
          giveClient(page.client);
          await page.mount('/small', await withRoom(ROOM));
          await grow(page, start);
          const history: { before: Tree; after: Tree; batch: Batch }[] = [];
          for (const each of actions) {
            const before = await look(page);
            const batch = {
              signal: never,
              progress: () => undefined,
              tally: new Tally(),
              steps: [],
            };
            await act(each, batch);
            const after = await look(page);
            for (const text of before.texts) expect(after.texts).toContain(text);
            history.push({ before: before.tree, after: after.tree, batch });
          }
          for (const { before, batch } of [...history].reverse()) {
            for (const step of [...batch.steps].reverse()) await step.undo(never);
            expect((await look(page)).tree).toEqual(before);
          }
          for (const { after, batch } of history) {
            for (const step of batch.steps) await step.redo(never);
            expect((await look(page)).tree).toEqual(after);
          }
        },
      ),
      { numRuns: 150 },
    );
    // It runs for ten seconds, and for longer where other work shares the processor.
  }, 120_000);
});
