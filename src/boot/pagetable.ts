/** What only a window can do, done for the kernel (protocol.ts PageTable). */
import { fail } from '../kernel/errors.ts';
import { callFunction } from './jobfunctions.ts';
import type { PageTable } from './protocol.ts';

interface NostrSigner {
  getPublicKey(): Promise<string>;
  signEvent(event: unknown): Promise<unknown>;
}

const table: PageTable = {
  pick: ({ multiple = false }) =>
    new Promise((resolve, reject) => {
      const input = document.createElement('input');
      input.type = 'file';
      input.multiple = multiple;
      input.addEventListener('cancel', () => resolve([]));
      input.addEventListener('change', () => {
        const files = [...(input.files ?? [])].map(async (file) => ({
          name: file.name,
          bytes: new Uint8Array(await file.arrayBuffer()),
        }));
        Promise.all(files).then(resolve, reject);
      });
      input.click();
    }),
  permission: async (name) => {
    if (!navigator.permissions) fail('ENOTSUP', 'this browser does not tell permissions');
    return (await navigator.permissions.query({ name: name as PermissionName })).state;
  },
  persist: async () =>
    navigator.storage?.persist
      ? navigator.storage.persist()
      : fail('ENOTSUP', 'this browser cannot keep data for sure'),
  confirm: async (question) => window.confirm(question),
  job: (name, input, signal) => callFunction(name, input, signal),
  nip07: async (method, argument) => {
    const signer = (window as { nostr?: NostrSigner }).nostr;
    if (!signer) fail('ENOTSUP', 'no Nostr signer is installed in this browser');
    if (method === 'getPublicKey') return signer.getPublicKey();
    if (method === 'signEvent') return signer.signEvent(argument);
    return fail('ENOSYS', `a signer has no ${method}`);
  },
};

export async function pageTable(op: string, args: unknown, signal: AbortSignal): Promise<unknown> {
  if (!Object.hasOwn(table, op)) fail('ENOSYS', `the page has no ${op}`);
  const [first, second] = args as [never, never];
  return table[op as keyof PageTable](first, second, signal as never);
}
