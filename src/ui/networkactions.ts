/** What is done with the network: granting, asking, deciding. */
import type { Json } from '../kernel/service.ts';
import { closeDialog, confirm, hasDialog, openDialog } from './dialogs.ts';
import { type Mounted, NETWORK, type NetworkTab, ownMount } from './network.ts';
import { attempt, declined, toast } from './notices.ts';
import { lookAgain, open } from './panes.ts';
import { client, onQuestion } from './session.ts';
import { get, set } from './store.ts';
import { showName } from './text.ts';

export const openNetwork = (): Promise<void> => open(NETWORK);

export function showTab(tab: NetworkTab): void {
  const { network } = get();
  if (network)
    set({ network: { ...network, state: { ...network.state, tab, chosen: undefined } } });
}

export function choose(id: string | undefined): void {
  const { network } = get();
  if (network) set({ network: { ...network, state: { ...network.state, chosen: id } } });
}

/** Mounts a capability of the page's own. */
export async function grant(
  cap: 'http' | 'ws' | 'nostr',
  policy: { readonly [name: string]: Json },
  identity?: string,
): Promise<void> {
  const options = { policy, ...(identity ? { identity } : {}) };
  const at = `${NETWORK}/${cap}`;
  // What it had before is no longer granted.
  if (ownMount(cap) === at) await client().oanix.unmount(at);
  await client().oanix.mount({ kind: cap, options }, at);
  await refresh();
}

const capabilityWords = { http: 'HTTP', ws: 'WebSockets', nostr: 'Nostr' } as const;

/** Granted at the word of a person, whoever asked; what was granted before goes. */
export async function allow(
  cap: 'http' | 'ws' | 'nostr',
  places: readonly string[],
  key?: string,
): Promise<void> {
  const yes = await confirm(
    `Grant ${capabilityWords[cap]}?`,
    `Everything in this namespace may then reach ${places.map(showName).join(', ')}${key === undefined ? '' : `, and sign events with the key ${showName(key)}`}, and nothing else. You can take it away under Network.`,
    'Grant',
  );
  if (!yes) throw declined('It was not granted.').reason;
  const policy = cap === 'nostr' ? { relays: [...places], kinds: [1] } : { origins: [...places] };
  await grant(cap, policy, key === undefined ? undefined : (visitKeys.get(key) ?? key));
}

/** Keys of this visit, by the names that were wanted: a key that is there already is never touched. */
const visitKeys = new Map<string, string>();

/** A key that only this visit can use: nobody has its passphrase. */
export async function keyForVisit(wanted: string): Promise<void> {
  if (visitKeys.has(wanted)) return;
  const taken = new Set((await client().capability('state')).keys.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  await client().capability('generateKey', name, crypto.randomUUID());
  visitKeys.set(wanted, name);
}

export const setPolicy = async (id: string, policy: Json): Promise<void> => {
  await client().capability('setPolicy', id, policy);
  await refresh();
};

/** Which capability a mount point of this page is. */
export function capabilityAt(at: string): Mounted['cap'] | undefined {
  const kind = get().mounts.find((each) => each.at === at)?.members[0]?.service.kind;
  return kind === 'http' || kind === 'ws' || kind === 'nostr' ? kind : undefined;
}

/** What a capability may reach, changed where it is mounted. */
export async function editPolicy(at: string): Promise<void> {
  const { mounted } = await client().capability('state');
  const mount = mounted.find((each) => each.at === at);
  if (!mount) throw new Error(`${showName(at)} has no policy. Grant it under Network.`);
  openDialog({ kind: 'policy', mount });
}

/** Takes a capability of the page away; what is under way for it ends. */
export async function revokeMount({ id, at }: Mounted): Promise<void> {
  if (at === undefined) return;
  const text = 'What is under way by it is ended.';
  const yes = await confirm(`Take ${at} away?`, text, 'Take away', 'danger');
  if (!yes) return;
  await attempt('Not taken away', async () => {
    // Programs that run have it in namespaces of their own.
    await client().capability('setPolicy', id, {});
    await client().oanix.unmount(at);
    await refresh();
  });
}

export async function answer(id: string, how: 'once' | 'always' | 'never' | 'no'): Promise<void> {
  seen.add(id);
  await attempt('Not answered', () => client().capability('answer', id, how));
}

export async function revokeGrant(given: {
  readonly who: string;
  readonly cap: Mounted['cap'];
  readonly subject: string;
}): Promise<void> {
  const { who, cap, subject } = given;
  await attempt('Not revoked', async () => {
    await client().capability('revoke', { who, cap, subject });
    toast(`${subject} is asked about again`);
  });
}

/** Questions that a person has answered, or has left for the list of the network: they are not put again. */
const seen = new Set<string>();

export function leaveQuestion(id: string): void {
  seen.add(id);
}

/** The question that was put last, and its dialog. */
let put = { question: '', dialog: 0 };

/** Puts the next question to the person, one at a time, and takes back one that is no longer asked. */
async function putQuestion(): Promise<void> {
  const { waiting } = await client().capability('state');
  if (!waiting.some(({ id }) => id === put.question)) closeDialog(put.dialog);
  const first = waiting.find(({ id }) => !seen.has(id));
  if (first && !hasDialog(put.dialog))
    put = { question: first.id, dialog: openDialog({ kind: 'ask', asked: first }) };
}

onQuestion(() => void putQuestion().catch(() => undefined));

// HTTP

export async function sendRequest(request: object): Promise<void> {
  await ask('http', 'request', request);
  await refresh();
}

export async function cancelRequest(at: string, id: string): Promise<void> {
  await attempt('Not cancelled', () => client().oanix.fs.remove(`${at}/pending/${id}.json`));
}

export const openResponse = (at: string, id: string): Promise<void> =>
  open(`${at}/responses/${id}.json`);

// WebSocket

export const connect = (url: string): Promise<void> => ask('ws', 'control', { url });

/** Whether it was sent. */
export const sendFrame = async (at: string, id: string, text: string): Promise<boolean> =>
  !(await attempt('Not sent', () => client().oanix.fs.tell(`${at}/conns/${id}/out`, text)));

export async function closeConnection(at: string, id: string): Promise<void> {
  const request = `${JSON.stringify({ close: id })}\n`;
  await attempt('Not closed', () => client().oanix.fs.tell(`${at}/control`, request));
}

// Nostr

export const publish = (kind: number, content: string): Promise<void> =>
  ask('nostr', 'submit', { kind, content });

export const requestJob = (kind: number, input: string): Promise<void> =>
  ask('nostr', 'request', { kind, input });

/** Stays while the page does: what comes is in the inbox. */
export async function subscribe(filter: Json): Promise<void> {
  const at = ownMount('nostr');
  const { fs } = client().oanix;
  const control = await fs.open(`${at}/subs/clone`, 'r+');
  let number: string;
  try {
    number = new TextDecoder().decode(await control.read(100)).trim();
    await control.write('keep\n');
  } finally {
    await control.close();
  }
  await ask('nostr', `subs/${number}/filter`, filter as object);
  await refresh();
}

// Keys and secrets

export async function unlockVault(passphrase: string): Promise<void> {
  await client().capability('unlockVault', passphrase);
  await refresh();
}

export async function lockVault(): Promise<void> {
  await attempt('Not locked', () => client().capability('lockVault'));
  await refresh();
}

export async function setSecret(name: string, value: string): Promise<void> {
  await client().capability('setSecret', name, value);
  await refresh();
}

export async function removeSecret(name: string): Promise<void> {
  const text = 'It is gone for good.';
  const yes = await confirm(`Remove the secret ${name}?`, text, 'Remove', 'danger');
  if (yes) await attempt('Not removed', () => client().capability('removeSecret', name));
  await refresh();
}

export type NewKey =
  | { readonly how: 'generate' }
  | { readonly how: 'import'; readonly text: string }
  | { readonly how: 'extension' }
  | { readonly how: 'remote'; readonly url: string };

export async function addKey(name: string, passphrase: string, key: NewKey): Promise<void> {
  const page = client();
  if (key.how === 'generate') await page.capability('generateKey', name, passphrase);
  else if (key.how === 'import') await page.capability('importKey', name, key.text, passphrase);
  else if (key.how === 'extension') await page.capability('addExtension', name);
  else await page.capability('addRemote', name, key.url, passphrase);
  await refresh();
}

export async function unlockKey(name: string, passphrase: string): Promise<void> {
  await client().capability('unlockKey', name, passphrase);
  await refresh();
}

export async function lockKey(name: string): Promise<void> {
  await attempt('Not locked', () => client().capability('lockKey', name));
  await refresh();
}

/** `isKept`: the key itself is here. */
export async function removeKey(name: string, isKept: boolean): Promise<void> {
  const yes = await confirm(
    `Remove the key ${name}?`,
    isKept
      ? 'Without a copy elsewhere it is gone for good, and with it the identity.'
      : 'It is no longer used here.',
    'Remove',
    isKept ? 'danger' : 'primary',
  );
  if (yes) await attempt('Not removed', () => client().capability('removeKey', name));
  await refresh();
}

/** Writes a request to a control file; a refusal is the error. */
async function ask(cap: Mounted['cap'], file: string, request: object): Promise<void> {
  const at = ownMount(cap);
  if (at === undefined) throw new Error(`The page has no ${cap}: grant it first.`);
  await client().oanix.fs.tell(`${at}/${file}`, `${JSON.stringify(request)}\n`);
}

async function refresh(): Promise<void> {
  await lookAgain('network');
}
