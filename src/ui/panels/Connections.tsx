/** WebSockets: each connection with its state and frames, and what a person sends. */
import { Plug, Send, X } from 'lucide-react';
import {
  type ConnectionRow,
  type FrameRow,
  mountsOf,
  type NetworkState,
  nameOf,
} from '../network.ts';
import { choose, closeConnection, connect, sendFrame } from '../networkactions.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/Button.tsx';
import { Composer, UrlField } from '../parts/Composer.tsx';
import { State } from '../parts/State.tsx';
import { showName, showSize } from '../text.ts';

/** As many as WsFs remembers. */
const FRAMES = 200;

const tones = {
  connecting: 'info',
  open: 'ok',
  closing: 'info',
  closed: 'quiet',
  error: 'bad',
} as const;

export function Connections({ network }: { network: NetworkState }) {
  const all = mountsOf<ConnectionRow>(network, 'ws');
  const rows = all.flatMap(({ mount, rows: each }) => each.map((row) => ({ mount, row })));
  return (
    <>
      {all.some(({ mount }) => mount.who === 'page') && <NewConnection />}
      {all.length === 0 && <div className="empty">Nobody was granted WebSockets.</div>}
      {all.length > 0 && rows.length === 0 && <div className="empty">No connection yet.</div>}
      {rows.toReversed().map(({ mount, row }) => {
        const { at } = mount;
        const key = `${mount.id} ${row.id}`;
        const isLive = row.state === 'open' || row.state === 'connecting';
        const isChosen = network.chosen === key;
        return (
          <section className="part" key={key} aria-label={`Connection ${row.id}`}>
            <div className="row-line">
              <State state={row.state} tone={tones[row.state]} title={row.error} />
              <button
                type="button"
                className="cell"
                aria-expanded={isChosen}
                onClick={() => choose(isChosen ? undefined : key)}
              >
                <strong>{showName(row.url)}</strong>
                <span className="quiet">
                  {nameOf(mount.who)}, {row.frames.length === FRAMES ? 'the last ' : ''}
                  {row.frames.length} frames
                  {row.inbox_count > 0 && `, ${row.inbox_count} unread`}
                  {row.reconnects > 0 && `, made again ${row.reconnects} times`}
                </span>
              </button>
              {at !== undefined && isLive && (
                <Button
                  label={`Close ${row.id}`}
                  icon={X}
                  iconOnly
                  look="plain"
                  onClick={() => void closeConnection(at, row.id)}
                />
              )}
            </div>
            {(row.error !== undefined || row.code !== undefined) && (
              <p className={row.error ? 'bad' : 'quiet'}>
                {row.code !== undefined && `${row.code} `}
                {showName(row.error ?? row.reason ?? '')}
              </p>
            )}
            {isChosen && <Frames frames={row.frames} />}
            {isChosen && at !== undefined && row.state === 'open' && <Say at={at} id={row.id} />}
          </section>
        );
      })}
    </>
  );
}

function Frames({ frames }: { frames: readonly FrameRow[] }) {
  if (frames.length === 0) return <p className="quiet">Nothing was said yet.</p>;
  return (
    <ol className="frames" aria-label="Frames" tabIndex={0}>
      {frames.map(({ at, way, type, size, text }, index) => (
        <li key={`${at} ${String(index)}`} className={way}>
          <span role="img" aria-label={way === 'in' ? 'received' : 'sent'}>
            {way === 'in' ? '←' : '→'}
          </span>
          <span className="text">{text === undefined ? <i>{type}</i> : showName(text)}</span>
          <span className="quiet">{showSize(size)}</span>
        </li>
      ))}
    </ol>
  );
}

function Say({ at, id }: { at: string; id: string }) {
  return (
    <Composer
      label={`Send over ${id}`}
      onSend={(text, form) =>
        void sendFrame(at, id, text('text')).then((sent) => {
          if (sent) form.reset();
        })
      }
    >
      <label className="field wide">
        <span>Text</span>
        <input className="input" name="text" required autoComplete="off" />
      </label>
      <Button label="Send" icon={Send} type="submit" />
    </Composer>
  );
}

function NewConnection() {
  return (
    <Composer
      label="New connection"
      onSend={(text) => void attempt('Not connected', () => connect(text('url').trim()))}
    >
      <UrlField placeholder="wss://live.example.org/" />
      <Button label="Connect" icon={Plug} look="primary" type="submit" />
    </Composer>
  );
}
