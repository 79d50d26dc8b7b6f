/** All environments, and how two of them differ. */
import { FolderOpen, GitCompare, GitFork, Plus, Trash2 } from 'lucide-react';
import type { EnvComparison, EnvLine } from '../../boot/workapi.ts';
import { openDialog } from '../dialogs.ts';
import { switchTo } from '../namespaces.ts';
import { attempt } from '../notices.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { ACTIONS, Head } from '../parts/Head.tsx';
import { Reward, State } from '../parts/State.tsx';
import { showName, showSize } from '../text.ts';
import { pathOfEnv, type WorkState } from '../work.ts';
import { chooseEnv, compareEnvs, forkEnv, removeEnv } from '../workactions.ts';

const columns = [
  { words: 'Compare', isHidden: true },
  { words: 'Environment' },
  { words: 'State' },
  { words: 'Reward' },
  { words: 'Made', isLong: true },
  ACTIONS,
];

export function Environments({ work: { envs, chosen, comparison } }: { work: WorkState }) {
  return (
    <>
      <div className="notice">
        <p>
          {envs.length === 0
            ? 'An environment is a namespace of its own: what is not in it does not exist for who works there.'
            : 'Choose two to compare them.'}
        </p>
        <Button
          label="Compare"
          icon={GitCompare}
          disabled={chosen.length !== 2}
          onClick={() => void compareEnvs()}
        />
        <Button
          label="New environment…"
          icon={Plus}
          look="primary"
          onClick={() => openDialog({ kind: 'environment' })}
        />
      </div>
      {envs.length > 0 && (
        <div className="table">
          <table aria-label="Environments">
            <Head columns={columns} />
            <tbody>
              {envs.toReversed().map((env) => (
                <Row key={env.id} env={env} chosen={chosen.includes(env.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {comparison && <Comparison comparison={comparison} />}
    </>
  );
}

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

function Row({ env, chosen }: { env: EnvLine; chosen: boolean }) {
  const { id, template, status, error, trial, created_at, forked_from } = env;
  const shown = showName(id);
  const about = trial ? `${trial.task}, by ${trial.agent}` : env.description.split('\n')[0];
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare ${shown}`}
          checked={chosen}
          onChange={(event) => chooseEnv(id, event.target.checked)}
        />
      </td>
      <td>
        <button type="button" className="cell" onClick={() => void open(pathOfEnv(id))}>
          <strong>{shown}</strong>
        </button>
        <div className="quiet about-line">
          {template}
          {forked_from && `, a fork of ${showName(forked_from)}`}
          {about && ` · ${showName(about)}`}
        </div>
      </td>
      <td>
        <State state={status} title={error} />
      </td>
      <td>{trial ? <Reward trial={trial} /> : <span className="quiet">–</span>}</td>
      <td className="long quiet">{when.format(new Date(created_at))}</td>
      <td className="buttons">
        <Button
          label={`Files of ${shown}`}
          icon={FolderOpen}
          iconOnly
          look="plain"
          onClick={() => void attempt('Not switched', () => switchTo(id))}
        />
        <Button
          label={`Fork ${shown}…`}
          icon={GitFork}
          iconOnly
          look="plain"
          onClick={() => forkEnv(id)}
        />
        <Button
          label={`Remove ${shown}`}
          icon={Trash2}
          iconOnly
          look="danger"
          onClick={() => void removeEnv(id)}
        />
      </td>
    </tr>
  );
}

const who = { a: 0, b: 1 } as const;

function Comparison({ comparison }: { comparison: EnvComparison }) {
  const { a, b, ns, files, truncated, results } = comparison;
  const names = [a, b] as const;
  const size = (bytes: number | null | undefined): string =>
    bytes === null || bytes === undefined ? '–' : showSize(bytes);
  return (
    <section className="part" aria-label={`${showName(a)} and ${showName(b)}`}>
      <h3>
        {showName(a)} and {showName(b)}
      </h3>
      <div className="beside">
        {results.map((result, i) => (
          <figure key={names[i]}>
            <figcaption>Result of {showName(names[i] ?? '')}</figcaption>
            <pre tabIndex={0}>{JSON.stringify(result, null, 2)}</pre>
          </figure>
        ))}
      </div>
      <h4>Files</h4>
      {files.length === 0 ? (
        <p className="quiet">They are the same.</p>
      ) : (
        <ul className="file-list">
          {files.map(({ path, in: where, sizes }) => (
            <li key={path}>
              <span className="path">{showName(path)}</span>
              <span className="quiet">
                {where === 'both'
                  ? `${size(sizes[0])} and ${size(sizes[1])}`
                  : `only in ${showName(names[who[where]])}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {truncated && <p className="warn">There are more files than were compared.</p>}
      <h4>Namespaces</h4>
      {ns === '' ? <p className="quiet">They are the same.</p> : <pre tabIndex={0}>{ns}</pre>}
    </section>
  );
}
