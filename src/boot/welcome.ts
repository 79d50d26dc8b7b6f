/** What a newcomer finds: the files of `/`, and those that the first visit puts into `/home`. */
import type { MapTree } from '../fs/map/mapfs.ts';
import { hasCode } from '../kernel/errors.ts';
import { type FileService, never } from '../kernel/service.ts';

export const welcome: MapTree = {
  '/README.md': `# Welcome to OANIX

Everything you see on the left is a file in one namespace. A program that
runs here sees the same files, and nothing else.

Try it, from left to right:

1. Open [hello-wasi.wasm](/bin/hello-wasi.wasm) and choose Run. It reads
   [hello.txt](/workspace/hello.txt) and writes /workspace/greeting.txt. When
   it has ended you see what it changed, and keep that or not.
2. Open a terminal (Alt+T) and type \`seq 3 | hello-wasi\`, \`ls /proc\`, or \`help\`.
3. Drop a .wasm file of your own anywhere on this page.
4. Edit [notes.md](/home/notes.md) and save it with Ctrl+S (Cmd+S). Reload: it
   is there.
5. Choose Work at the bottom, then try the task inventory with the command
   \`agent --pace 400\`: an agent works, step by step, and is graded.
6. Choose Network at the bottom: nothing here has it until you grant it.
   Then, in a terminal: \`fetch https://…\` (\`man http\`, \`man policy\`).

Ctrl+K finds every command, path and mount; ? lists the keys. How it all fits
together is told in [five minutes](/lib/doc/concepts.md); agents read
[how to drive this page](/lib/doc/agents.md).

## What is mounted where

    /home       yours; it survives a reload
    /workspace  a bind of /home/workspace, where programs work
    /tmp        memory; it is gone with the tab
    /bin        programs that come with OANIX, then those of /home/bin
    /dev        null, zero, full, random, time, cons, consctl, winsize, storage, pipes
    /proc       a directory for each process
    /review     what programs changed, until you keep or discard it
    /snapshots  /home as it was, under names that you give
    /envs       environments: namespaces for work that agents do
    /sched {6}jobs, waiting and running in them
    /tasks      graded tasks, for agents to be tried at
    /cap        the network, as far as you grant it
    /lib/man    manual pages: type man proc in a terminal
    /lib/doc    how to use this page, write programs and file services for it
`,
};

/** Put there once, when the store is new. */
const firstFiles: { readonly [path: string]: string } = {
  '/notes.md': '# Notes\n\nThis file is kept in your browser. Change it, save it, reload.\n',
  '/bin/hello.sh':
    '#!/bin/sh\n# A program of yours: scripts and .wasm files here are commands.\necho "Hello, $USER. This is process $$ in $PWD."\n',
  '/workspace/hello.txt': 'Hello from the OANIX namespace!\n',
  '/workspace/data/numbers.txt': '3\n1\n4\n1\n5\n9\n2\n6\n',
};

/** What came after the first edition; a namespace that was saved with that gets it too. */
const secondEdition = `bind -ac /home/bin /bin
mount proc /proc
mount pipe /dev/pipes
mount -r man /lib/man
`;

const thirdEdition = `mount review /review
mount snapshots /snapshots
`;

const fourthEdition = `mount envs /envs
mount sched /sched
mount -r tasks /tasks
mount -r pylib /lib/python
`;

const fifthEdition = `mount cap /cap
`;

const sixthEdition = `mount -r doc /lib/doc
`;

/** What a namespace of an earlier edition lacks. */
export const since = (edition: number): string =>
  [secondEdition, thirdEdition, fourthEdition, fifthEdition, sixthEdition]
    .slice(Math.max(0, edition - 1))
    .join('');

/** Kept with a saved namespace. */
export const edition = 6;

/** The namespace of a first visit, as ns text. */
export const firstNamespace = `mount -r welcome /
mount -c store /home
mount -c mem /tmp
mount -r bin /bin
mount dev /dev
bind -c /home/workspace /workspace
${secondEdition}${thirdEdition}${fourthEdition}${fifthEdition}${sixthEdition}`;

/** Puts the first files where nothing is yet. */
export async function seed(service: FileService): Promise<void> {
  if (!service.create || (await service.readdir([], never)).length > 0) return;
  for (const [path, text] of Object.entries(firstFiles)) {
    const names = path.split('/').filter(Boolean);
    for (let i = 1; i < names.length; i++)
      await ifNew(() => service.create?.(names.slice(0, i), 'dir', never));
    await ifNew(() => service.create?.(names, 'file', never));
    const handle = await service.open(names, { write: true }, never);
    try {
      await handle.write?.(0, new TextEncoder().encode(text), never);
    } finally {
      await handle.close?.();
    }
  }
}

/** A name that is there already is fine. */
async function ifNew(make: () => unknown): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}
