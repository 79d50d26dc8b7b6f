/** What a measurement is told as: medians with their spread, and the ratio to each peer. */
import { writeFileSync } from 'node:fs';

const short = (value) => (value < 100 ? Number(value.toPrecision(3)) : Math.round(value));

export const median = (numbers) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** `samples` has each peer's measurements by its name: phases, of which one is the `total`. */
export function rowOf(workload, rounds, samples) {
  const rows = [...samples].map(([peer, all]) => {
    const totals = all.map(({ total }) => total);
    const phases = Object.fromEntries(
      Object.keys(all[0]).map((phase) => [phase, median(all.map((each) => each[phase]))]),
    );
    return {
      peer,
      median: median(totals),
      min: Math.min(...totals),
      max: Math.max(...totals),
      phases,
    };
  });
  return { workload, rounds, rows };
}

const spread = ({ min, max }) => `${short(min)}–${short(max)}`;

const ratio = (ours, { median: theirs }) => (ours.median / theirs).toFixed(2);

const oursOf = (rows) => rows.find(({ peer }) => peer === 'oanix');

export function print({ workload, rounds, rows }) {
  const ours = oursOf(rows);
  console.log(`\n${workload} (median of ${rounds})`);
  console.table(
    Object.fromEntries(
      rows.map((row) => [
        row.peer,
        {
          median: short(row.median),
          spread: spread(row),
          'oanix ÷ peer': ratio(ours, row),
          ...Object.fromEntries(
            Object.entries(row.phases)
              .filter(([phase]) => phase !== 'total')
              .map(([phase, ms]) => [phase, Math.round(ms)]),
          ),
        },
      ]),
    ),
  );
}

/** To a peer: of what was measured, and of the time on the clock beside it. */
const ratiosTo = (row, ours) => [
  [`oanix ÷ ${row.peer}`, ratio(ours, row)],
  ['on the clock', (ours.phases.elapsed / row.phases.elapsed).toFixed(2)],
];

/** Many workloads that have the same peers, in one table. */
export function printTogether(title, results) {
  console.log(`\n${title} (median of ${results[0]?.rounds})`);
  const cells = ({ rows }) =>
    rows.flatMap((row) => [
      [row.peer, short(row.median)],
      [`spread of ${row.peer}`, spread(row)],
      ...(row.peer === 'oanix' ? [] : ratiosTo(row, oursOf(rows))),
    ]);
  console.table(
    Object.fromEntries(results.map((each) => [each.workload, Object.fromEntries(cells(each))])),
  );
}

export function save(results, about = {}) {
  writeFileSync(
    'bench-results.json',
    `${JSON.stringify({ at: new Date().toISOString(), ...about, results }, null, 2)}\n`,
  );
  console.log('\nWritten to bench-results.json.');
}
