/** The dialogs of the network: a grant, a policy, a question, keys and secrets. */

import { useEffect, useRef, useState } from 'react';
import type { Json } from '../../kernel/service.ts';
import { withoutMark } from '../../kernel/utf8.ts';
import type { Asked } from '../../policy/asks.ts';
import { type Mounted, nameOf } from '../network.ts';
import { answer, grant, leaveQuestion, setPolicy } from '../networkactions.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { useApp } from '../store.ts';
import { showName } from '../text.ts';
import { useClose } from './dialogid.ts';
import { FormDialog } from './FormDialog.tsx';

const text = (data: FormData, name: string): string => String(data.get(name) ?? '').trim();
const lines = (data: FormData, name: string): string[] =>
  text(data, name)
    .split(/\s+/)
    .filter((line) => line !== '');

const capabilities = {
  http: {
    words: 'HTTP: requests',
    whom: 'Origins it may reach, one per line',
    example: 'https://api.example.org',
  },
  ws: {
    words: 'WebSocket: connections',
    whom: 'Origins it may reach, one per line',
    example: 'wss://live.example.org',
  },
  nostr: {
    words: 'Nostr: events, signed',
    whom: 'Relays, one per line',
    example: 'wss://relay.example.org',
  },
} as const;
type Cap = keyof typeof capabilities;

export function GrantDialog() {
  const [cap, setCap] = useState<Cap>('http');
  const secrets = useApp((s) => s.network?.state.vault.names) ?? [];
  const keys = useApp((s) => s.network?.state.keys) ?? [];
  const submit = async (data: FormData): Promise<void> => {
    const whom = lines(data, 'whom');
    if (whom.length === 0 && text(data, 'confirm') === 'never')
      throw new Error('Name at least one place, one per line, or be asked about each.');
    const secret = text(data, 'secret');
    const policy = {
      confirm: text(data, 'confirm'),
      ...(cap === 'nostr'
        ? { relays: whom, kinds: kindsFrom(lines(data, 'kinds')) }
        : { origins: whom }),
      ...(cap === 'http' ? { methods: data.getAll('method').map(String) } : {}),
      ...(secret ? { add: [{ header: 'Authorization', secret }] } : {}),
    };
    await grant(cap, policy as { [name: string]: Json }, text(data, 'identity'));
  };
  const { whom, example } = capabilities[cap];
  return (
    <FormDialog title="Grant a capability" action="Grant" submit={submit}>
      <label className="field">
        <span>What</span>
        <select
          className="input"
          name="cap"
          value={cap}
          onChange={(event) => setCap(event.target.value as Cap)}
        >
          {Object.entries(capabilities).map(([name, { words }]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{whom}</span>
        <textarea className="input" name="whom" rows={2} placeholder={example} spellCheck={false} />
      </label>
      {cap === 'http' && <Methods />}
      {cap === 'http' && secrets.length > 0 && (
        <label className="field">
          <span>Authorization that the host adds</span>
          <select className="input" name="secret">
            <option value="">none</option>
            {secrets.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      {cap === 'nostr' && (
        <>
          <label className="field">
            <span>Kinds that may be signed</span>
            <input className="input" name="kinds" defaultValue="1" spellCheck={false} />
          </label>
          {keys.length === 0 ? (
            <p className="warn">There is no key yet: add one under Keys, or nothing is signed.</p>
          ) : (
            <label className="field">
              <span>Signed by</span>
              <select className="input" name="identity">
                {keys.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
        </>
      )}
      <label className="field">
        <span>You are asked</span>
        <select className="input" name="confirm">
          <option value="never">never; the rest is refused</option>
          <option value="unlisted">for what is not named here</option>
          <option value="always">always</option>
        </select>
      </label>
    </FormDialog>
  );
}

function Methods() {
  return (
    <fieldset className="checks">
      <legend>Methods</legend>
      {['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => (
        <label key={method} className="check">
          <input
            type="checkbox"
            name="method"
            value={method}
            defaultChecked={method === 'GET' || method === 'HEAD'}
          />{' '}
          {method}
        </label>
      ))}
    </fieldset>
  );
}

/** `1 7 5000-5999`. */
const kindsFrom = (words: readonly string[]): (number | string)[] =>
  words.map((word) => (/^\d+$/.test(word) ? Number(word) : word));

export function PolicyDialog({ mount }: { mount: Mounted }) {
  return (
    <FormDialog
      title={`Policy of ${mount.cap} for ${nameOf(mount.who).toLowerCase()}`}
      action="Save"
      submit={async (data) => setPolicy(mount.id, parsed(text(data, 'policy')))}
    >
      <label className="field">
        <span>What it allows, as JSON (man policy)</span>
        <textarea
          className="input"
          name="policy"
          rows={16}
          defaultValue={JSON.stringify(mount.policy, null, 2)}
          spellCheck={false}
        />
      </label>
      <p className="quiet">It counts at once, for what is under way too.</p>
    </FormDialog>
  );
}

function parsed(json: string): Json {
  try {
    return JSON.parse(withoutMark(json)) as Json;
  } catch (error) {
    throw new Error(`This is no JSON: ${(error as Error).message}`);
  }
}

const uses = { http: 'HTTP', ws: 'a WebSocket', nostr: 'Nostr', files: 'files' } as const;

/** Who asks, for what, and how long the answer holds. Escape leaves it unanswered. */
export function AskDialog({ asked }: { asked: Asked }) {
  const close = useClose();
  const { id, who, cap, what, subject, detail } = asked;
  const buttons = useRef<HTMLDivElement>(null);
  // What a hasty Enter presses grants nothing.
  useEffect(() => buttons.current?.querySelector('button')?.focus(), []);
  const give = (how: Parameters<typeof answer>[1]) => (): void => {
    close();
    void answer(id, how);
  };
  const leave = (): void => {
    leaveQuestion(id);
    close();
  };
  return (
    <Dialog title={`${nameOf(who)} asks for ${uses[cap]}`} onClose={leave}>
      <p className="asked">
        <code>{showName(what)}</code>
      </p>
      {detail && (
        <pre className="asked" tabIndex={0}>
          {detail.split('\n').map(showName).join('\n')}
        </pre>
      )}
      <p className="quiet">
        “Always” and “Never” hold for <strong>{showName(subject)}</strong> when{' '}
        {nameOf(who).toLowerCase()} asks, until you revoke them.
      </p>
      <div className="buttons" ref={buttons}>
        <Button label="No" onClick={give('no')} />
        <Button label="Never" onClick={give('never')} />
        <Button label="Always" onClick={give('always')} />
        <Button label="Once" look="primary" onClick={give('once')} />
      </div>
    </Dialog>
  );
}
