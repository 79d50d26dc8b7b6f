/** Dialogs of a person and questions of work, in every order: each question gets its own answer, and no form is disturbed. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  askConflict,
  closeDialog,
  confirm,
  hasDialog,
  isInDialog,
  openDialog,
  submitting,
} from './dialogs.ts';
import { noDialogs } from './dialogstack.ts';
import type { Answer, Conflict } from './files/conflicts.ts';
import { type DialogState, get, set } from './store.ts';

beforeEach(() => set({ dialogs: noDialogs }));

const form = (title: string): DialogState => ({
  kind: 'name',
  title,
  label: 'Name',
  value: '',
  done: async () => undefined,
});

const side = { kind: 'file', size: 0, mtime: 0n } as const;
const taken = (path: string): Conflict => ({ path, there: side, coming: side, mayMerge: false });
const never = new AbortController().signal;

/** What a person sees: the dialog at the top. */
const top = () => get().dialogs.open.at(-1);
const titles = (): string[] => get().dialogs.open.map(({ dialog }) => nameOf(dialog));
const nameOf = (dialog: DialogState | undefined): string =>
  dialog?.kind === 'conflict'
    ? dialog.conflict.path
    : dialog && 'title' in dialog
      ? dialog.title
      : '';

/** Answers the question at the top. */
async function answer(yes: boolean): Promise<void> {
  const dialog = top()?.dialog;
  if (dialog?.kind === 'confirm') dialog.answer(yes);
  else if (dialog?.kind === 'conflict')
    dialog.answer({ choice: yes ? 'replace' : 'skip', forAll: false });
  else throw new Error('no question is open');
  await settled();
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

describe('a form that a person fills in', () => {
  test('stays until the person closes it; then the question that was asked meanwhile opens', async () => {
    const id = openDialog(form('New folder'));
    const asked = askConflict(taken('/home/a'), never);
    expect(titles()).toEqual(['New folder']);
    expect(get().dialogs.waiting).toHaveLength(1);
    closeDialog(id);
    expect(titles()).toEqual(['/home/a']);
    await answer(true);
    expect(await asked).toEqual({ choice: 'replace', forAll: false });
    expect(isInDialog()).toBe(false);
  });

  test('lets a question of its own action open above it, and is there again after the answer', async () => {
    const id = openDialog(form('Mount'));
    const done = submitting(id, async () => {
      if (!(await confirm('Replace?', '', 'Yes'))) throw new Error('It was not replaced.');
    });
    const refused = expect(done).rejects.toThrow('It was not replaced.');
    expect(titles()).toEqual(['Mount', 'Replace?']);
    await answer(false);
    await refused;
    expect(titles()).toEqual(['Mount']);
    expect(top()?.isBusy).toBe(false);
  });

  test('that is done late closes itself, and not the question that opened meanwhile', async () => {
    const id = openDialog(form('New folder'));
    let finish = (): void => undefined;
    const done = submitting(id, () => new Promise((resolve) => (finish = resolve)));
    const asked = confirm('Replace?', '', 'Yes');
    finish();
    await done;
    expect(titles()).toEqual(['Replace?']);
    await answer(true);
    expect(await asked).toBe(true);
  });

  test('that was cancelled while its action runs closes nothing else when that ends', async () => {
    const id = openDialog(form('New folder'));
    let finish = (): void => undefined;
    const done = submitting(id, () => new Promise((resolve) => (finish = resolve)));
    closeDialog(id);
    openDialog(form('Rename'));
    finish();
    await done;
    expect(titles()).toEqual(['Rename']);
  });
});

test('a question of work that is stopped goes away, open or waiting, and rejects with the reason', async () => {
  const stopped = [new AbortController(), new AbortController()];
  const asked = stopped.map(({ signal }, at) => askConflict(taken(`/${at}`), signal));
  const results = Promise.allSettled(asked);
  for (const each of stopped) each.abort();
  const kinds = (await results).map((each) => each.status === 'rejected' && each.reason.name);
  expect(kinds).toEqual(['AbortError', 'AbortError']);
  expect(get().dialogs).toEqual(noDialogs);
  await expect(
    askConflict(taken('/late'), (stopped[0] as AbortController).signal),
  ).rejects.toThrow();
  expect(isInDialog()).toBe(false);
});

test('a dialog without a question is not opened a second time', () => {
  const first = openDialog({ kind: 'settings' });
  expect(openDialog({ kind: 'settings' })).toBe(first);
  openDialog({ kind: 'keys' });
  openDialog({ kind: 'keys' });
  closeDialog(first);
  expect(top()?.dialog.kind).toBe('keys');
  expect(get().dialogs.waiting).toEqual([]);
});

/** A question with the answer that it got, to be compared with the one that the person gave. */
interface Asked {
  readonly name: string;
  readonly work: AbortController;
  given?: boolean;
  got?: Answer['choice'] | 'aborted';
}

/** A form with the end of its action. */
interface Form {
  readonly id: number;
  end?: (isDone: boolean) => void;
}

class Model {
  readonly questions: Asked[] = [];
  readonly forms: Form[] = [];

  ask(): void {
    const question: Asked = {
      name: `question ${this.questions.length}`,
      work: new AbortController(),
    };
    this.questions.push(question);
    askConflict(taken(question.name), question.work.signal).then(
      ({ choice }) => (question.got = choice),
      () => (question.got = 'aborted'),
    );
  }

  open(): void {
    this.forms.push({ id: openDialog(form(`form ${this.forms.length}`)) });
  }

  /** What a person does with the dialog at the top. */
  async act(yes: boolean): Promise<void> {
    const seen = top();
    if (seen?.dialog.kind === 'conflict') {
      const { path } = seen.dialog.conflict;
      const question = this.questions.find(({ name }) => name === path) as Asked;
      question.given = yes;
      await answer(yes);
      return;
    }
    const shown = this.forms.find(({ id }) => id === seen?.id);
    if (!shown) return;
    if (!yes || shown.end) closeDialog(shown.id);
    else
      submitting(
        shown.id,
        () =>
          new Promise<void>((done, fail) => {
            shown.end = (isDone) => (isDone ? done() : fail(new Error('It failed.')));
          }),
      ).catch(() => undefined);
  }

  /** The action of a form ends, or a work is stopped, whatever the person looks at. */
  async end(at: number, isDone: boolean): Promise<void> {
    const running = this.forms.filter(({ end }) => end);
    const form = running[at % (running.length || 1)];
    form?.end?.(isDone);
    delete form?.end;
    await settled();
  }

  async stop(at: number): Promise<void> {
    this.questions[at % (this.questions.length || 1)]?.work.abort();
    await settled();
  }
}

type Move = ['ask'] | ['open'] | ['act', boolean] | ['end', number, boolean] | ['stop', number];

const moves = fc.array(
  fc.oneof(
    fc.constant<Move>(['ask']),
    fc.constant<Move>(['open']),
    fc.tuple(fc.constant('act' as const), fc.boolean()),
    fc.tuple(fc.constant('end' as const), fc.nat(9), fc.boolean()),
    fc.tuple(fc.constant('stop' as const), fc.nat(9)),
  ),
  { maxLength: 30 },
);

async function make(model: Model, [what, ...args]: Move): Promise<void> {
  const [one, two] = args as [never, never];
  if (what === 'ask') model.ask();
  else if (what === 'open') model.open();
  else if (what === 'act') await model.act(one);
  else if (what === 'end') await model.end(one, two);
  else await model.stop(one);
}

test('in any order no dialog covers or closes one that a person works in, and each question ends once', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (list) => {
      set({ dialogs: noDialogs });
      const model = new Model();
      for (const move of list) {
        const before = top();
        await make(model, move);
        // Only what the person does, the end of this form's action, or the stop of this question's work takes it away.
        if (before && !before.isBusy && ['ask', 'open', 'end'].includes(move[0]))
          expect(top()?.id).toBe(before.id);
        const { open, waiting } = get().dialogs;
        if (waiting.length > 0) expect(open.at(-1)?.isBusy).toBe(false);
      }
      // The person works off everything that is open or waits: nothing hangs.
      for (let left = 200; isInDialog() && left > 0; left--) {
        await model.end(0, true);
        if (top()) await model.act(top()?.dialog.kind === 'conflict');
      }
      expect(get().dialogs).toEqual(noDialogs);
      for (const { given, got } of model.questions) {
        expect(got).toBeDefined();
        if (got !== 'aborted') expect(got).toBe(given ? 'replace' : 'skip');
        else expect(given).toBeUndefined();
      }
      for (const { id } of model.forms) expect(hasDialog(id)).toBe(false);
    }),
    { numRuns: 200 },
  );
});
