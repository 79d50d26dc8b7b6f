/** The network: a tab for what is granted, one for each capability, one for keys, one for the audit. */
import { Globe, Pencil, Plus, Trash2, Undo2 } from 'lucide-react';
import { openDialog } from '../dialogs.ts';
import { type Mounted, type NetworkState, type NetworkTab, nameOf } from '../network.ts';
import { revokeGrant, revokeMount, showTab } from '../networkactions.ts';
import { Button } from '../parts/Button.tsx';
import { Head } from '../parts/Head.tsx';
import { State } from '../parts/State.tsx';
import { type TabOf, Tabs } from '../parts/Tabs.tsx';
import { useApp } from '../store.ts';
import { showName, showSize } from '../text.ts';
import { Connections } from './Connections.tsx';
import { Keys } from './Keys.tsx';
import { Nostr } from './Nostr.tsx';
import { Requests } from './Requests.tsx';

const tabs: readonly TabOf<NetworkTab>[] = [
  { tab: 'grants', words: 'Grants' },
  { tab: 'requests', words: 'Requests' },
  { tab: 'connections', words: 'Connections' },
  { tab: 'nostr', words: 'Nostr' },
  { tab: 'keys', words: 'Keys' },
  { tab: 'audit', words: 'Audit' },
];

export function Network() {
  const network = useApp((s) => s.network?.state);
  if (!network) return <div className="empty">Loading…</div>;
  if (network.isOff)
    return (
      <div className="empty">
        This page was started without a network (?network=off): nothing here can reach it.
      </div>
    );
  return (
    <div className="work network">
      <Tabs label="Network" tabs={tabs} shown={network.tab} onShow={showTab} />
      {network.tab === 'grants' && <Grants network={network} />}
      {network.tab === 'requests' && <Requests network={network} />}
      {network.tab === 'connections' && <Connections network={network} />}
      {network.tab === 'nostr' && <Nostr network={network} />}
      {network.tab === 'keys' && <Keys network={network} />}
      {network.tab === 'audit' && <AuditTable network={network} />}
    </div>
  );
}

function Grants({ network }: { network: NetworkState }) {
  const { mounted, grants, waiting } = network;
  return (
    <>
      <div className="notice">
        <p className="quiet">
          A program has the network only where it is mounted, and only as the mount's policy says.
        </p>
        <Button
          label="Grant…"
          icon={Plus}
          look="primary"
          onClick={() => openDialog({ kind: 'grant' })}
        />
      </div>
      {mounted.length === 0 ? (
        <div className="empty">Nothing of the network is granted to anybody.</div>
      ) : (
        <ul className="capabilities" aria-label="Granted">
          {mounted.map((mount) => (
            <Card key={mount.id} mount={mount} />
          ))}
        </ul>
      )}
      {waiting.length > 0 && (
        <section className="part" aria-label="Questions">
          <h3>Questions</h3>
          <ul className="file-list">
            {waiting.map((asked) => (
              <li key={asked.id}>
                <span className="path">
                  {nameOf(asked.who)}: {showName(asked.what)}
                </span>
                <Button label="Answer…" onClick={() => openDialog({ kind: 'ask', asked })} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="part" aria-label="Answers">
        <h3>Standing answers</h3>
        {grants.length === 0 ? (
          <p className="quiet">No question was answered with “Always” or “Never”.</p>
        ) : (
          <ul className="file-list">
            {grants.map(({ who, cap, subject, decision }) => (
              <li key={`${who} ${cap} ${subject}`}>
                <span className={decision === 'always' ? 'ok' : 'bad'}>{decision}</span>
                <span className="path">
                  {nameOf(who)}: {cap} {showName(subject)}
                </span>
                <Button
                  label={`Revoke ${showName(subject)} for ${showName(who)}`}
                  icon={Undo2}
                  iconOnly
                  look="plain"
                  onClick={() => void revokeGrant({ who, cap, subject })}
                />
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

const names = { http: 'HTTP', ws: 'WebSocket', nostr: 'Nostr', files: 'Files' } as const;

/** What it may reach, in a line. */
function reachOf({ cap, policy }: Mounted): string {
  if (cap === 'files') return policy.methods.join(', ');
  const whom = cap === 'nostr' ? policy.relays : policy.origins;
  const where = whom.length === 0 ? 'nobody' : whom.join(', ');
  const asks =
    policy.confirm === 'never'
      ? ''
      : `, asks ${policy.confirm === 'always' ? 'always' : 'for others'}`;
  const what =
    cap === 'http'
      ? `${policy.methods.join(', ')} `
      : cap === 'nostr'
        ? `signs ${policy.kinds.length === 0 ? 'nothing' : `kinds ${policy.kinds.join(', ')}`}; `
        : '';
  return `${what}${cap === 'nostr' ? 'relays ' : 'to '}${where}${asks}`;
}

function Card({ mount }: { mount: Mounted }) {
  const { cap, who, policy, status } = mount;
  const { bytes_moved: moved } = status as { bytes_moved?: number };
  return (
    <li className="part">
      <h3>
        <Globe size={14} aria-hidden /> {names[cap]}{' '}
        <span className="quiet">for {nameOf(who).toLowerCase()}</span>
      </h3>
      <p>{showName(reachOf(mount))}</p>
      <p className="quiet">
        {policy.per_minute} a minute, {showSize(policy.bytes.total)} in all
        {moved !== undefined && `, ${showSize(moved)} so far`}
        {policy.add.length > 0 && `, adds ${policy.add.map(({ header }) => header).join(', ')}`}
      </p>
      <div className="buttons">
        {!who.startsWith('service ') && (
          <Button
            label="Edit the policy…"
            icon={Pencil}
            onClick={() => openDialog({ kind: 'policy', mount })}
          />
        )}
        {mount.at !== undefined && cap !== 'files' && (
          <Button
            label="Take away"
            icon={Trash2}
            look="danger"
            onClick={() => void revokeMount(mount)}
          />
        )}
      </div>
    </li>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const AUDIT_SHOWN = 300;

const tones = { allowed: 'ok', confirmed: 'ok', refused: 'bad' } as const;

const auditColumns = [
  { words: 'When' },
  { words: 'Who', isLong: true },
  { words: 'What' },
  { words: 'Outcome' },
];

function AuditTable({ network: { audit } }: { network: NetworkState }) {
  if (audit.length === 0) return <div className="empty">Nothing has used the network yet.</div>;
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Audit">
      {audit.length > AUDIT_SHOWN && <p className="quiet">The last {AUDIT_SHOWN}.</p>}
      <table aria-label="Audit">
        <Head columns={auditColumns} />
        <tbody>
          {audit
            .toReversed()
            .slice(0, AUDIT_SHOWN)
            .map(({ seq, at, who, what, outcome, reason }) => (
              <tr key={seq}>
                <td className="quiet">{clock.format(new Date(at))}</td>
                <td className="long">{nameOf(who)}</td>
                <td className="long-text">
                  {showName(what)}
                  {reason && <div className="quiet">{showName(reason)}</div>}
                </td>
                <td>
                  <State state={outcome} tone={tones[outcome]} />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
