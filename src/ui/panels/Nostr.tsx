/** Nostr: who signs, relays with their health, what goes out and what came, subscriptions and jobs. */

import { Rss, Send } from 'lucide-react';
import { withoutMark } from '../../kernel/utf8.ts';
import {
  type Mounted,
  mountsOf,
  type NetworkState,
  type NostrRow,
  type RelayRow,
} from '../network.ts';
import { publish, requestJob, subscribe } from '../networkactions.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/Button.tsx';
import { Composer } from '../parts/Composer.tsx';
import { State } from '../parts/State.tsx';
import { showName } from '../text.ts';

type Of<T extends NostrRow['type']> = Extract<NostrRow, { type: T }>;
const only = <T extends NostrRow['type']>(rows: readonly NostrRow[], type: T): Of<T>[] =>
  rows.filter((row): row is Of<T> => row.type === type);

export function Nostr({ network }: { network: NetworkState }) {
  const all = mountsOf<NostrRow>(network, 'nostr');
  if (all.length === 0) return <div className="empty">Nobody was granted Nostr.</div>;
  return all.map(({ mount, rows }) => (
    <section key={mount.id} aria-label={`Nostr for ${mount.who}`} className="environment">
      {mount.who !== 'page' && (
        <div className="notice">
          <p className="quiet">for {showName(mount.who)}</p>
        </div>
      )}
      {mount.who === 'page' && <Composers />}
      <Relays mount={mount} />
      <div className="beside">
        <Out rows={only(rows, 'out')} />
        <Feed rows={only(rows, 'in')} subs={only(rows, 'sub')} />
      </div>
      <Jobs rows={only(rows, 'job')} />
    </section>
  ));
}

const SHOWN_CHARS = 2_000;
const short = (text: string): string =>
  text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}… (${text.length} characters)` : text;

const relayTones: Readonly<Record<string, 'ok' | 'info' | 'bad' | 'quiet'>> = {
  open: 'ok',
  connecting: 'info',
  waiting: 'info',
  failed: 'bad',
};

function Relays({ mount }: { mount: Mounted }) {
  const { relays = {} } = mount.status as { relays?: Record<string, RelayRow> };
  return (
    <section className="part" aria-label="Relays">
      <h3>Relays</h3>
      <ul className="file-list">
        {Object.entries(relays).map(([url, relay]) => (
          <li key={url}>
            <State
              state={relay.state}
              tone={relayTones[relay.state] ?? 'quiet'}
              title={relay.error}
            />
            <span className="path">
              {showName(url)}
              {relay.error && <span className="bad"> {showName(relay.error)}</span>}
              {[...new Set(relay.notices)].map((notice) => (
                <span key={notice} className="quiet">
                  {' '}
                  {showName(notice)}
                </span>
              ))}
            </span>
            <span className="quiet">
              {relay.latency_ms !== undefined && `${relay.latency_ms} ms`}
              {relay.connects > 1 && `, ${relay.connects} times`}
              {relay.authenticated && ', knows who this is'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Out({ rows }: { rows: readonly Of<'out'>[] }) {
  return (
    <section className="part" aria-label="Sent">
      <h3>Sent ({rows.length})</h3>
      {rows.length === 0 && <p className="quiet">Nothing was signed yet.</p>}
      <ul className="events" aria-label="Sent events">
        {rows.toReversed().map(({ id, status, event, error, relays }) => (
          <li key={id}>
            <State
              state={status}
              tone={status === 'done' ? 'ok' : status === 'failed' ? 'bad' : 'info'}
            />
            <span>
              <span className="quiet">kind {event.kind}</span> {showName(short(event.content))}
              {error && <span className="bad"> {showName(error)}</span>}
              {Object.entries(relays).map(([url, word]) => (
                <div
                  key={url}
                  className={word.startsWith('ok') || word === 'pending' ? 'quiet' : 'bad'}
                >
                  {showName(url)}: {showName(word)}
                </div>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Feed({ rows, subs }: { rows: readonly Of<'in'>[]; subs: readonly Of<'sub'>[] }) {
  return (
    <section className="part" aria-label="Feed">
      <h3>
        Feed ({rows.length}
        {subs.length > 0 && `, ${subs.length} subscriptions`})
      </h3>
      {subs.map(({ id, filters, delivered, refused, eose }) => (
        <p key={id} className="quiet">
          <code>{showName(JSON.stringify(filters))}</code> {delivered} events
          {refused > 0 && `, ${refused} refused`}
          {!eose && ', asking'}
        </p>
      ))}
      {rows.length === 0 && <p className="quiet">Nothing came yet.</p>}
      <ul className="events" aria-label="Events">
        {rows.toReversed().map(({ event }) => (
          <li key={event.id}>
            <span className="quiet" title={event.pubkey}>
              {event.pubkey?.slice(0, 8)}
            </span>
            <span>
              {event.kind !== 1 && <span className="quiet">kind {event.kind} </span>}
              {showName(short(event.content))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Jobs({ rows }: { rows: readonly Of<'job'>[] }) {
  if (rows.length === 0) return null;
  return (
    <section className="part" aria-label="Jobs">
      <h3>Jobs ({rows.length})</h3>
      <ul className="events" aria-label="Jobs asked for">
        {rows.toReversed().map(({ id, request, outcome }) => (
          <li key={id}>
            <State state={outcome?.status ?? 'running'} />
            <span>
              <span className="quiet">kind {request.kind}</span> {showName(request.input ?? '')}
              {outcome?.content && <pre tabIndex={0}>{short(outcome.content)}</pre>}
              {outcome?.error && <span className="bad"> {showName(outcome.error)}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Composers() {
  return (
    <div className="composers">
      <Composer
        label="New event"
        onSend={(text, form) => {
          const kind = Number(text('kind'));
          const content = text('content');
          void attempt('Not sent', async () => {
            if (kind >= 5000 && kind <= 5999) await requestJob(kind, content);
            else await publish(kind, content);
            form.reset();
          });
        }}
      >
        <label className="field short">
          <span>Kind</span>
          <input className="input" name="kind" type="number" min="0" max="65535" defaultValue="1" />
        </label>
        <label className="field wide">
          <span>Content (of a job, kinds 5000 to 5999: its input)</span>
          <input className="input" name="content" autoComplete="off" />
        </label>
        <Button label="Publish" icon={Send} look="primary" type="submit" />
      </Composer>
      <Composer
        label="New subscription"
        onSend={(text) =>
          void attempt('Not subscribed', () =>
            subscribe(JSON.parse(withoutMark(text('filter'))) as never),
          )
        }
      >
        <label className="field wide">
          <span>Filter (NIP-01)</span>
          <input
            className="input"
            name="filter"
            required
            defaultValue={'{"kinds":[1],"limit":20}'}
            spellCheck={false}
          />
        </label>
        <Button label="Subscribe" icon={Rss} type="submit" />
      </Composer>
    </div>
  );
}
