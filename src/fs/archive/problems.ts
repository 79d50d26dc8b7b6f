/** What a person is told of an archive that is not shown as it was made: in a line, and as a file. */
import { type Problem, quoted } from './tree.ts';

/** The file in the root that lists every problem; it is there only where there are some. */
export const PROBLEMS_FILE = 'archive-problems.txt';

/** One line for the list of mounts and above the listing; undefined where all is well. */
export function noteOf(problems: readonly Problem[]): string | undefined {
  const of = (kind: Problem['kind']): readonly Problem[] =>
    problems.filter((problem) => problem.kind === kind);
  const [damaged, leftOut, changed] = [of('damaged'), of('left out'), of('changed')];
  const sentences = [
    damaged[0] && `This archive is damaged: ${damaged[0].why}. Only what is whole is shown.`,
    leftOut[0] && `${entries(leftOut.length)} left out (${lineOf(leftOut[0])}${more(leftOut)}).`,
    changed[0] &&
      `${entries(changed.length)} not shown as stored (${lineOf(changed[0])}${more(changed)}).`,
  ].filter(Boolean);
  return sentences.length === 0 ? undefined : [...sentences, `See ${PROBLEMS_FILE}.`].join(' ');
}

const entries = (count: number): string => (count === 1 ? '1 entry is' : `${count} entries are`);
const more = ({ length }: readonly Problem[]): string => (length > 1 ? ', …' : '');
const lineOf = ({ name, why }: Problem): string =>
  name === undefined ? why : `${quoted(name)}: ${why}`;

const titles: Readonly<Record<Problem['kind'], string>> = {
  damaged: 'Damaged. Only what is whole is shown:',
  'left out': 'Left out:',
  changed: 'Not shown as stored:',
};

export function reportOf(problems: readonly Problem[]): string {
  return (Object.keys(titles) as Problem['kind'][])
    .map((kind) => [titles[kind], problems.filter((problem) => problem.kind === kind)] as const)
    .filter(([, found]) => found.length > 0)
    .map(
      ([title, found]) => `${title}\n${found.map((problem) => `  ${lineOf(problem)}\n`).join('')}`,
    )
    .join('\n');
}
