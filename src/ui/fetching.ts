/** An address that was dropped: a capsule is opened, anything else fetched through the namespace's own HTTP, by grant. */
import { openFromLink } from './capsules.ts';
import { dropTarget } from './files/operations.ts';
import { freeName, isThere } from './files/there.ts';
import { ownMount } from './network.ts';
import { allow } from './networkactions.ts';
import { open } from './panes.ts';
import { runScript } from './runs.ts';
import { client } from './session.ts';
import { joinPath, shellQuoted, showName } from './text.ts';

export const isOwnDrag = (transfer: DataTransfer): boolean =>
  transfer.types.some((type) => type.startsWith('application/x-oanix-'));

export const droppedAddress = (transfer: DataTransfer): string =>
  transfer
    .getData('text/uri-list')
    .split(/\r?\n/)
    .find((line) => line !== '' && !line.startsWith('#')) ?? '';

export async function takeAddress(address: string): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const capsule = new URLSearchParams(url?.hash.slice(1)).get('capsule');
  if (capsule !== null && capsule !== '') return openFromLink(capsule);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(`${showName(address)} is no address of the web.`);
  if (ownMount('http') === undefined) await allow('http', [url.origin]);
  const name = nameIn(url);
  const wanted = joinPath(dropTarget(), name);
  const path = (await isThere(wanted)) ? await freeName(wanted) : wanted;
  const { exit_code } = await runScript(
    `fetch.wasm ${shellQuoted(url.href)} > ${shellQuoted(path)}`,
  );
  if (exit_code !== 0) {
    await client()
      .oanix.fs.remove(path)
      .catch(() => undefined);
    throw new Error(
      `It was not fetched: the terminal below says why. What may be reached is under Network.`,
    );
  }
  await open(path);
}

/** The last name of its path, where that is one. */
function nameIn({ pathname, hostname }: URL): string {
  try {
    return decodeURIComponent(pathname.split('/').pop() || hostname).replace(/\//g, '_');
  } catch {
    return hostname;
  }
}
