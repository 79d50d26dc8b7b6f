/** A program before it runs: what it is, what it will ask for, and what it is given. */
import { Play } from 'lucide-react';
import { type FormEvent, useId } from 'react';
import type { AccessMap } from '../../kernel/access.ts';
import { keepProgram } from '../files/upload.ts';
import { toast } from '../notices.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { run } from '../runs.ts';
import { type DialogState, useApp } from '../store.ts';
import { nameOf, showName, showSize, splitArguments } from '../text.ts';
import { useClose } from './dialogid.ts';

const PAGE = 65_536;

type Props = Extract<DialogState, { kind: 'program' }>;

export function ProgramSheet({ name, program, preflight, keepIn, modified }: Props) {
  const close = useClose();
  const form = useId();
  const dropped = program instanceof Uint8Array;
  const keep = async (): Promise<string | Uint8Array> => {
    if (!dropped) return program;
    const path = await keepProgram(nameOf(name), program, keepIn, modified);
    if (path) toast(`Kept as ${showName(path)}`);
    return path ?? program;
  };
  const start = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    close();
    const wall = Number(data.get('wall'));
    const memory = Number(data.get('memory'));
    await run({
      program: data.get('keep') === 'on' ? await keep() : program,
      name,
      args: splitArguments(String(data.get('args') ?? '')),
      stdin: String(data.get('stdin') ?? ''),
      cwd: String(data.get('cwd') || '/'),
      access: accessOf(data),
      traced: data.get('traced') === 'on',
      limits: {
        ...(wall > 0 ? { wall: wall * 1000 } : {}),
        ...(memory > 0 ? { memory: memory * 2 ** 20 } : {}),
      },
    });
  };
  return (
    <Dialog title={showName(nameOf(name))} onClose={close}>
      <p className={preflight.runs ? 'ok' : 'bad'} role={preflight.runs ? undefined : 'alert'}>
        {preflight.verdict}
      </p>
      <Facts preflight={preflight} />
      {preflight.imports.length > 0 && (
        <details>
          <summary>What it will ask for ({preflight.imports.length} imports)</summary>
          <ul className="imports">
            {preflight.imports.map((each) => (
              <li key={`${each.module}.${each.name}`}>
                {showName(each.module)}.{showName(each.name)}
              </li>
            ))}
          </ul>
        </details>
      )}
      <form id={form} className="field" style={{ gap: 12 }} onSubmit={(event) => void start(event)}>
        {preflight.runs && <Inputs />}
        {dropped && preflight.runs && (
          <label className="check">
            <input type="checkbox" name="keep" defaultChecked /> Keep it in {showName(keepIn)}
          </label>
        )}
      </form>
      <div className="buttons">
        <Button label="Cancel" onClick={close} />
        {dropped && !preflight.runs && (
          <Button
            label="Keep the file"
            onClick={() => {
              close();
              void keep();
            }}
          />
        )}
        {preflight.runs && (
          <button type="submit" form={form} className="button primary">
            <Play size={15} aria-hidden /> Run
          </button>
        )}
      </div>
    </Dialog>
  );
}

function Facts({ preflight: { size, memory } }: Pick<Props, 'preflight'>) {
  return (
    <dl className="facts">
      <dt>Size</dt>
      <dd>{showSize(size)}</dd>
      {memory && (
        <>
          <dt>Memory</dt>
          <dd>
            {showSize(memory.min * PAGE)} at the start,{' '}
            {memory.max === undefined
              ? 'no maximum of its own'
              : `${showSize(memory.max * PAGE)} at most`}
          </dd>
        </>
      )}
    </dl>
  );
}

function Inputs() {
  return (
    <>
      <label className="field">
        <span>Arguments</span>
        <input
          className="input"
          name="args"
          placeholder={'--name "two words"'}
          spellCheck={false}
          autoComplete="off"
        />
      </label>
      <WriteAccess />
      <label className="check">
        <input type="checkbox" name="traced" defaultChecked /> Watch each of its calls (slower)
      </label>
      <details>
        <summary>Input, directory and limits</summary>
        <div className="field" style={{ gap: 12, padding: '4px 10px 12px' }}>
          <label className="field">
            <span>Standard input</span>
            <textarea className="input" name="stdin" rows={3} spellCheck={false} />
          </label>
          <label className="field">
            <span>Working directory</span>
            <input className="input" name="cwd" defaultValue="/" spellCheck={false} />
          </label>
          <div className="two">
            <label className="field">
              <span>Time limit, seconds</span>
              <input
                className="input"
                name="wall"
                type="number"
                min="0"
                step="any"
                placeholder="none"
              />
            </label>
            <label className="field">
              <span>Memory limit, MiB</span>
              <input className="input" name="memory" type="number" min="1" placeholder="1024" />
            </label>
          </div>
        </div>
      </details>
    </>
  );
}

const ACCESS = 'access ';

/** What is asked for each mount; everything else that can be written is a copy too. */
function accessOf(data: FormData): AccessMap {
  const named = [...data].filter(([name]) => name.startsWith(ACCESS));
  return {
    '*': 'cow',
    ...Object.fromEntries(named.map(([name, value]) => [name.slice(ACCESS.length), value])),
  } as AccessMap;
}

/** Mounts whose files a program could change. */
const stored: ReadonlySet<string> = new Set(['store', 'mem', 'workspace', 'opfs', 'cow', 'quota']);

function WriteAccess() {
  const mounts = useApp((s) => s.mounts);
  const shown = mounts.filter(
    ({ members }) =>
      members.some(({ ro }) => !ro) && members.every(({ service }) => stored.has(service.kind)),
  );
  if (shown.length === 0) return null;
  return (
    <fieldset className="access">
      <legend>What it writes</legend>
      {shown.map(({ at, members }) => (
        <label key={at}>
          <span>{showName(at)}</span>
          <select
            className="input"
            name={`${ACCESS}${at}`}
            defaultValue={members.some(({ service }) => service.kind === 'mem') ? 'rw' : 'cow'}
          >
            <option value="cow">a copy, reviewed after</option>
            <option value="rw">written at once</option>
            <option value="ro">refused</option>
          </select>
        </label>
      ))}
    </fieldset>
  );
}
