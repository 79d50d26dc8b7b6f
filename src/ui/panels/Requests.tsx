/** HTTP: every request with its state, and a form that writes one. */
import { Ban, FileText, Send } from 'lucide-react';
import { type Mounted, mountsOf, type NetworkState, nameOf, type RequestRow } from '../network.ts';
import { cancelRequest, choose, openResponse, sendRequest } from '../networkactions.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/Button.tsx';
import { Composer, UrlField } from '../parts/Composer.tsx';
import { ACTIONS, Head } from '../parts/Head.tsx';
import { State } from '../parts/State.tsx';
import { showDuration, showName, showSize } from '../text.ts';

const columns = [
  { words: 'Request' },
  { words: 'Who', isLong: true },
  { words: 'State' },
  { words: 'Time', isLong: true },
  { words: 'Size', isLong: true },
  ACTIONS,
];

export function Requests({ network }: { network: NetworkState }) {
  const all = mountsOf<RequestRow>(network, 'http');
  const rows = all.flatMap(({ mount, rows: each }) => each.map((row) => ({ mount, row })));
  return (
    <>
      {all.some(({ mount }) => mount.who === 'page') && <NewRequest />}
      {all.length === 0 && <div className="empty">Nobody was granted HTTP.</div>}
      {all.length > 0 && rows.length === 0 && <div className="empty">No request was made yet.</div>}
      {rows.length > 0 && (
        <div className="table" tabIndex={0} role="region" aria-label="Requests">
          <table aria-label="Requests">
            <Head columns={columns} />
            <tbody>
              {rows.toReversed().map(({ mount, row }) => (
                <Row
                  key={`${mount.id} ${row.id}`}
                  row={row}
                  mount={mount}
                  isChosen={network.chosen === `${mount.id} ${row.id}`}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const words = { queued: 'queued', in_progress: 'running' } as const;

function Row({ row, mount, isChosen }: { row: RequestRow; mount: Mounted; isChosen: boolean }) {
  const { id, method, url, state, status, attempts, duration_ms, received_bytes, error } = row;
  const key = `${mount.id} ${id}`;
  const { at } = mount;
  const tone =
    state === 'failed' || (status ?? 0) >= 500 ? 'bad' : (status ?? 0) >= 400 ? 'warn' : 'ok';
  const isOver = state === 'completed' || state === 'failed';
  return (
    <tr>
      <td className="long-text">
        <button
          type="button"
          className="cell"
          aria-expanded={isChosen}
          onClick={() => choose(isChosen ? undefined : key)}
        >
          <strong>{method}</strong> <span>{showName(url)}</span>
        </button>
        {error && <div className="bad">{showName(error)}</div>}
        {isChosen && <Headers row={row} />}
      </td>
      <td className="long">{nameOf(mount.who)}</td>
      <td>
        {isOver ? (
          <State state={state === 'failed' ? (row.kind ?? 'failed') : String(status)} tone={tone} />
        ) : (
          <State state={words[state]} />
        )}
        {attempts > 1 && <span className="quiet"> ×{attempts}</span>}
      </td>
      <td className="quiet long">{showDuration(duration_ms)}</td>
      <td className="quiet long">{showSize(received_bytes)}</td>
      <td className="buttons">
        {at === undefined || row.form === 'stream' ? null : isOver ? (
          <Button
            label={`Response of ${id}`}
            icon={FileText}
            iconOnly
            look="plain"
            onClick={() => void openResponse(at, id)}
          />
        ) : (
          <Button
            label={`Cancel ${id}`}
            icon={Ban}
            iconOnly
            look="danger"
            onClick={() => void cancelRequest(at, id)}
          />
        )}
      </td>
    </tr>
  );
}

function Headers({ row: { id, headers, created_at } }: { row: RequestRow }) {
  const all = Object.entries(headers);
  return (
    <dl className="pairs">
      <dt>id</dt>
      <dd>{id}</dd>
      <dt>asked</dt>
      <dd>{new Date(created_at).toLocaleTimeString()}</dd>
      {all.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{showName(name)}</dt>
          <dd>{showName(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** `Name: value` a line. */
function headersFrom(text: string): Record<string, string> {
  const pairs = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new Error('A header is a line: Name: value');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
  return Object.fromEntries(pairs) as Record<string, string>;
}

function NewRequest() {
  return (
    <Composer
      label="New request"
      onSend={(text) =>
        void attempt('Not sent', () =>
          sendRequest({
            method: text('method'),
            url: text('url').trim(),
            headers: headersFrom(text('headers')),
            ...(text('body') === '' ? {} : { body: text('body') }),
          }),
        )
      }
    >
      <label className="field short">
        <span>Method</span>
        <select className="input" name="method">
          {methods.map((method) => (
            <option key={method}>{method}</option>
          ))}
        </select>
      </label>
      <UrlField placeholder="https://api.example.org/" />
      <Button label="Send" icon={Send} look="primary" type="submit" />
      <details>
        <summary>Headers and body</summary>
        <label className="field">
          <span>Headers, one per line</span>
          <textarea
            className="input"
            name="headers"
            rows={2}
            placeholder="Accept: application/json"
            spellCheck={false}
          />
        </label>
        <label className="field">
          <span>Body</span>
          <textarea className="input" name="body" rows={3} spellCheck={false} />
        </label>
      </details>
    </Composer>
  );
}
