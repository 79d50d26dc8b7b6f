/** The files by which the changes of an overlay are looked at and decided. They are a service of their own. */
import { controlHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import { type ComputedDir, fixedDir, TreeService } from '../../kernel/filetree.ts';
import { splitWords } from '../../kernel/words.ts';
import type { Review } from './review.ts';

const lines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

const verbs: {
  readonly [verb: string]: (review: Review, words: readonly string[]) => Promise<void>;
} = {
  commit: (review, paths) => review.commit(paths),
  revert: (review, paths) => review.revert(paths),
  snapshot: (review, [name = '']) => review.snapshot(name),
  rollback: (review, [name = '']) => review.rollback(name),
};

const filesOf = (review: Review): ComputedDir =>
  fixedDir({
    changes: { may: 'read', open: () => textHandle(async () => lines(await review.changes())) },
    diff: { may: 'read', open: () => textHandle(() => review.diff()) },
    ctl: { may: 'write', open: () => controlHandle((line) => tell(review, line)) },
  });

export class CowControl extends TreeService {
  constructor(review: Review) {
    super({ kind: 'cowcontrol' }, filesOf(review));
  }
}

async function tell(review: Review, line: string): Promise<void> {
  const [verb = '', ...words] = splitWords(line);
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) fail('EINVAL', `'${verb}' is none of ${Object.keys(verbs).join(', ')}`);
  await run?.(review, words);
}
