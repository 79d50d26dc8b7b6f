/** An address that was dropped: a capsule is opened, anything else fetched through the namespace's own HTTP, by grant. */
import { openFromLink } from './capsules.ts';
import { dropTarget, freeName } from './files/operations.ts';
import { isThere } from './files/trash.ts';
import { ownMount } from './network.ts';
import { allow } from './networkactions.ts';
import { open } from './panes.ts';
import { runScript } from './runs.ts';
import { joinPath, showName } from './text.ts';

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
  const name = decodeURIComponent(url.pathname.split('/').pop() || url.hostname).replace(
    /\//g,
    '_',
  );
  const wanted = joinPath(dropTarget(), name);
  const path = (await isThere(wanted)) ? await freeName(wanted) : wanted;
  const { exit_code } = await runScript(`fetch.wasm ${quoted(url.href)} > ${quoted(path)}`);
  if (exit_code !== 0)
    throw new Error(
      `It was not fetched: the terminal below says why. What may be reached is under Network.`,
    );
  await open(path);
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
