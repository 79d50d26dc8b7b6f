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
/** A line that a person reads: the middle of a very long name is left out. */
const lineOf = ({ name, why }: Problem): string =>
  name === undefined ? shortened(why) : `${quoted(shortened(name))}: ${shortened(why)}`;

const LINE_PART_MAX = 1000;
const shortened = (text: string): string =>
  text.length <= LINE_PART_MAX
    ? text
    : `${text.slice(0, LINE_PART_MAX / 2)}…${text.slice(-LINE_PART_MAX / 2)}`;

const titles: Readonly<Record<Problem['kind'], string>> = {
  damaged: 'Damaged. Only what is whole is shown:',
  'left out': 'Left out:',
  changed: 'Not shown as stored:',
};

/** The report has about this many characters at most; what is left out of it is counted. */
const REPORT_MAX = 1 << 20;

export function reportOf(problems: readonly Problem[]): string {
  let room = REPORT_MAX;
  const section = (kind: Problem['kind']): string => {
    const found = problems.filter((problem) => problem.kind === kind);
    const lines: string[] = [];
    for (const problem of found) {
      const line = `  ${lineOf(problem)}\n`;
      room -= line.length;
      if (room < 0) break;
      lines.push(line);
    }
    const left = found.length - lines.length;
    const rest = left === 0 ? '' : `  … and ${left} more\n`;
    return found.length === 0 ? '' : `${titles[kind]}\n${lines.join('')}${rest}`;
  };
  return (Object.keys(titles) as Problem['kind'][]).map(section).filter(Boolean).join('\n');
}
