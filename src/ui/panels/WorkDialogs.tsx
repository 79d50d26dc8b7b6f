/** The dialogs of work: a new environment, a job, a trial of a graded task. */

import { useEffect, useState } from 'react';
import type { EnvDescription, JobWanted, TaskLook } from '../../boot/workapi.ts';
import { withoutMark } from '../../kernel/utf8.ts';
import { Instruction } from '../parts/Instruction.tsx';
import { client } from '../session.ts';
import { useApp } from '../store.ts';
import { explain, showName, splitArguments } from '../text.ts';
import { createEnv, ownAgent, startTrial, submitJob } from '../workactions.ts';
import { FormDialog } from './FormDialog.tsx';

const text = (data: FormData, name: string): string => String(data.get(name) ?? '').trim();

const templates: readonly {
  readonly name: NonNullable<EnvDescription['template']>;
  readonly words: string;
  readonly task: boolean;
  readonly workspace: boolean;
}[] = [
  { name: 'agent', words: 'Agent: a task, logs, a workspace', task: true, workspace: true },
  { name: 'sandbox', words: 'Sandbox: a workspace, no task', task: false, workspace: true },
  { name: 'task', words: 'Task only: no files', task: true, workspace: false },
];

export function EnvironmentDialog() {
  const [name, setName] = useState<string>('agent');
  const template = templates.find((each) => each.name === name) ?? templates[0];
  const submit = async (data: FormData): Promise<void> => {
    const [id, workspace, memory] = ['id', 'workspace', 'memory'].map((each) => text(data, each));
    const schema = text(data, 'schema');
    await createEnv({
      template: template?.name ?? 'agent',
      ...(id ? { id } : {}),
      ...(workspace ? { workspace } : {}),
      ...(template?.name === 'agent' ? { grants: grantsFrom(text(data, 'grants')) } : {}),
      ...(memory ? { limits: { memory: Number(memory) * 2 ** 20 } } : {}),
      ...(template?.task
        ? {
            task: {
              spec: {
                description: text(data, 'description'),
                ...(schema ? { result_schema: parsed(schema) } : {}),
              },
            },
          }
        : {}),
    });
  };
  return (
    <FormDialog title="New environment" action="Create" submit={submit}>
      <label className="field">
        <span>Template</span>
        <select
          className="input"
          name="template"
          value={name}
          onChange={(event) => setName(event.target.value)}
        >
          {templates.map(({ name: each, words }) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Name (else env-N)</span>
        <input className="input" name="id" spellCheck={false} autoComplete="off" />
      </label>
      {template?.workspace && (
        <label className="field">
          <span>It works on a copy of</span>
          <input className="input" name="workspace" placeholder="nothing" spellCheck={false} />
        </label>
      )}
      {template?.name === 'agent' && (
        <label className="field">
          <span>Grants: a path a line, then ro, rw or cow</span>
          <textarea
            className="input"
            name="grants"
            rows={2}
            placeholder="/home/data ro"
            spellCheck={false}
          />
        </label>
      )}
      {template?.task && (
        <>
          <label className="field">
            <span>What is to be done</span>
            <textarea className="input" name="description" rows={3} />
          </label>
          <label className="field">
            <span>The result must match this JSON Schema</span>
            <input
              className="input"
              name="schema"
              placeholder={'{"type":"object"}'}
              spellCheck={false}
            />
          </label>
        </>
      )}
      <label className="field">
        <span>Memory of each program, in MiB</span>
        <input className="input" name="memory" type="number" min="1" placeholder="1024" />
      </label>
    </FormDialog>
  );
}

/** `PATH [ro|rw|cow]` a line. */
const grantsFrom = (lines: string): NonNullable<EnvDescription['grants']> =>
  lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [from = '', access = 'ro'] = splitArguments(line);
      return { from, access: access as 'ro' | 'rw' | 'cow' };
    });

function parsed(value: string): object {
  try {
    return JSON.parse(withoutMark(value)) as object;
  } catch (error) {
    throw new Error(`The schema is no JSON: ${(error as Error).message}`);
  }
}

/** A line of the shell, or a program's path with arguments. */
function kindOf(data: FormData): JobWanted['kind'] {
  const line = text(data, 'line');
  if (line === '') throw new Error('What should run?');
  const [path = '', ...args] = splitArguments(line);
  return path.endsWith('.wasm') ? { Wasi: { path, args } } : { Script: { text: line } };
}

export function JobDialog({ env, main }: { env: string | undefined; main: boolean }) {
  const envs = useApp((s) => s.work?.envs) ?? [];
  const submit = async (data: FormData): Promise<void> => {
    const timeout = text(data, 'timeout');
    await submitJob({
      env_id: env ?? text(data, 'env'),
      kind: kindOf(data),
      main,
      priority: Number(text(data, 'priority') || 0),
      retries: Number(text(data, 'retries') || 0),
      ...(timeout ? { timeout_secs: Number(timeout) } : {}),
    });
  };
  return (
    <FormDialog
      title={main ? `Run in ${showName(env ?? '')}` : 'New job'}
      action={main ? 'Run' : 'Submit'}
      submit={submit}
    >
      {env === undefined && (
        <label className="field">
          <span>Environment</span>
          <select className="input" name="env">
            {envs.map(({ id }) => (
              <option key={id} value={id}>
                {showName(id)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="field">
        <span>A script, or the path of a .wasm with its arguments</span>
        <textarea className="input" name="line" rows={3} spellCheck={false} />
      </label>
      <div className="two">
        <label className="field">
          <span>Priority</span>
          <input className="input" name="priority" type="number" step="1" placeholder="0" />
        </label>
        <label className="field">
          <span>Retries</span>
          <input className="input" name="retries" type="number" min="0" max="100" placeholder="0" />
        </label>
      </div>
      <label className="field">
        <span>Seconds that it may take</span>
        <input
          className="input"
          name="timeout"
          type="number"
          min="0.1"
          step="any"
          placeholder="any"
        />
      </label>
    </FormDialog>
  );
}

type Looked = { readonly look: TaskLook } | { readonly wrong: string };

export function TrialDialog({ path }: { path: string }) {
  const looked = useLook(path);
  const [who, setWho] = useState('solution');
  const look = looked && 'look' in looked ? looked.look : undefined;
  const lacks = (look?.needs.length ?? 0) > 0;
  const submit = async (data: FormData): Promise<void> => {
    const kind = who === 'command' ? kindOf(data) : await ownOrNone(path, who);
    const agent = who === 'command' ? text(data, 'line') : who;
    await startTrial({ path, agent, kind, anyway: data.get('anyway') === 'on' });
  };
  return (
    <FormDialog
      title={`Try ${showName(path.split('/').at(-1) ?? path)}`}
      action="Try"
      submit={submit}
    >
      {looked && 'wrong' in looked && (
        <p className="bad" role="alert">
          {looked.wrong}
        </p>
      )}
      {look && <Instruction text={look.instruction} />}
      {look && lacks && (
        <div className="warn">
          It asks for what is not here:
          <ul>
            {look.needs.map(({ what, where }) => (
              <li key={`${what} ${where}`}>
                {what} ({where})
              </li>
            ))}
          </ul>
          <label className="check">
            <input type="checkbox" name="anyway" /> Try it anyway
          </label>
        </div>
      )}
      <label className="field">
        <span>Who works</span>
        <select
          className="input"
          name="who"
          value={who}
          onChange={(event) => setWho(event.target.value)}
        >
          <option value="solution">The reference solution</option>
          <option value="wrong">A wrong solution, where the task has one</option>
          <option value="command">A command of the environment</option>
        </select>
      </label>
      {who === 'command' && (
        <label className="field">
          <span>Command</span>
          <input className="input" name="line" defaultValue="agent --pace 400" spellCheck={false} />
        </label>
      )}
    </FormDialog>
  );
}

async function ownOrNone(path: string, name: string): Promise<JobWanted['kind'] | undefined> {
  if (name === 'solution') return undefined;
  const own = await ownAgent(path, name);
  if (!own) throw new Error(`This task has no ${name}/solve.sh.`);
  return own;
}

function useLook(path: string): Looked | undefined {
  const [looked, setLooked] = useState<Looked>();
  useEffect(() => {
    let gone = false;
    client()
      .oanix.envs.look(path)
      .then(
        (look) => !gone && setLooked({ look }),
        (error: unknown) => !gone && setLooked({ wrong: explain(error) }),
      );
    return () => {
      gone = true;
    };
  }, [path]);
  return looked;
}
