/** A WebAssembly module: what it is, what it asks for and offers, its sections, and its code as text. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Preflight } from '../../wasi/module.ts';
import { Button } from '../parts/Button.tsx';
import { Head } from '../parts/Head.tsx';
import { Rows } from '../parts/Rows.tsx';
import { useScrollPlace } from '../parts/scrollplace.ts';
import { client } from '../session.ts';
import { explain, showName, showSize } from '../text.ts';
import { versionOf } from './bytes.ts';
import { disassembled, type Section, sectionsOf } from './module.ts';
import type { Shown } from './table.ts';

interface Looked {
  readonly preflight?: Preflight;
  readonly sections: readonly Section[];
  readonly error?: string;
}

/** Another version of the file is looked at anew. */
export const Show = ({ id, path, view }: Shown) => (
  <Module key={versionOf(view)} pane={id} path={path} />
);

function Module({ pane, path }: { pane: number; path: string }) {
  const scroller = useRef<HTMLElement>(null);
  const looked = useModule(path);
  const [code, setCode] = useState(false);
  useScrollPlace(scroller, pane, looked?.preflight && !code ? `${path}//module` : undefined);
  if (!looked) return <div className="empty">Looking into it…</div>;
  if (!looked.preflight) return <div className="empty">{looked.error}</div>;
  if (code) return <Code path={path} onClose={() => setCode(false)} />;
  const { verdict, runs, imports, exports, memory } = looked.preflight;
  const byModule = new Map<string, string[]>();
  for (const { module, name } of imports)
    byModule.set(module, [...(byModule.get(module) ?? []), name]);
  return (
    <section ref={scroller} className="module" aria-label="Module" tabIndex={0}>
      <p className={runs ? 'ok' : 'warn'}>{verdict}</p>
      {memory && (
        <p className="quiet">
          Memory: {showSize(memory.min * 65_536)} at first,{' '}
          {memory.max === undefined
            ? 'without a limit of its own'
            : `at most ${showSize(memory.max * 65_536)}`}
          {memory.shared ? ', shared' : ''}
        </p>
      )}
      <div className="module-parts">
        <section aria-label="Sections">
          <h3>Sections</h3>
          <table aria-label="Sections">
            <Head columns={[{ words: 'Section' }, { words: 'Offset' }, { words: 'Size' }]} />
            <tbody>
              {looked.sections.map(({ name, offset, size }) => (
                <tr key={offset}>
                  <td>{showName(name)}</td>
                  <td>0x{offset.toString(16)}</td>
                  <td>{showSize(size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <section aria-label="Imports">
          <h3>Imports: {imports.length}</h3>
          {[...byModule].map(([module, names]) => (
            <div key={module}>
              <p className="quiet">{showName(module)}</p>
              <Names names={names} />
            </div>
          ))}
        </section>
        <section aria-label="Exports">
          <h3>Exports: {exports.length}</h3>
          <Names names={exports.map(({ name, kind }) => `${name} (${kind})`)} />
        </section>
      </div>
      <Button label="Show the code" onClick={() => setCode(true)} />
    </section>
  );
}

const NAMES_MAX = 300;

function Names({ names }: { names: readonly string[] }) {
  return (
    <ul className="names">
      {names.slice(0, NAMES_MAX).map((name, index) => (
        <li key={`${String(index)} ${name}`}>{showName(name)}</li>
      ))}
      {names.length > NAMES_MAX && <li>and {names.length - NAMES_MAX} more</li>}
    </ul>
  );
}

function useModule(path: string): Looked | undefined {
  const [looked, setLooked] = useState<Looked>();
  useEffect(() => {
    let gone = false;
    const look = async (): Promise<Looked> => {
      const { preflight } = await client().call('inspect', { program: path });
      return { preflight: preflight as Preflight, sections: await sectionsOf(path) };
    };
    look()
      .catch((error: unknown): Looked => ({ sections: [], error: explain(error) }))
      .then((found) => {
        if (!gone) setLooked(found);
      })
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [path]);
  return looked;
}

function Code({ path, onClose }: { path: string; onClose: () => void }) {
  const parts = useRef<AsyncGenerator<readonly string[]> | undefined>(undefined);
  const [lines, setLines] = useState<readonly string[]>([]);
  const [state, setState] = useState('Reading the code…');
  const more = useCallback((): void => {
    parts.current ??= disassembled(path);
    parts.current.next().then(
      ({ value, done }) => {
        if (value) setLines((before) => [...before, ...value]);
        setState(done ? '' : 'more');
      },
      (error: unknown) => setState(explain(error)),
    );
  }, [path]);
  useEffect(() => more(), [more]);
  return (
    <div className="editor-stack">
      <div className="notice">
        <p className="quiet">
          {state === 'more' || state === '' ? `${lines.length} lines` : state}
        </p>
        {state === 'more' && <Button label="More" onClick={more} />}
        <Button label="Back to the module" onClick={onClose} />
      </div>
      <Rows
        label="Code"
        className="stream"
        count={lines.length}
        height={20}
        row={(index, place) => (
          <div key={index} className="stream-line" style={place}>
            {lines[index]}
          </div>
        )}
      />
    </div>
  );
}
