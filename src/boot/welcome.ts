/** What a newcomer finds: the files of `/`, and those that the first visit puts into `/home`. */
import type { MapTree } from '../fs/map/mapfs.ts';

export const welcome: MapTree = {
  '/README.md': `# Welcome to OANIX

Everything you see on the left is a file in one namespace. A program that
runs here sees the same files, and nothing else.

Try it, from left to right:

1. Open /bin/hello-wasi.wasm and choose Run. It reads /workspace/hello.txt
   and writes /workspace/greeting.txt and files in /tmp, while you watch.
2. Drop a .wasm file of your own anywhere on this page.
3. Edit /home/notes.md and save it with Ctrl+S (Cmd+S). Reload: it is there.

What is mounted where:

  /home       yours; it survives a reload
  /workspace  a bind of /home/workspace, where programs work
  /tmp        memory; it is gone with the tab
  /bin        programs that come with OANIX
  /dev        null, zero, full, random, time, cons
`,
};

/** Put there once, when the store is new. */
export const firstFiles: { readonly [path: string]: string } = {
  '/notes.md': '# Notes\n\nThis file is kept in your browser. Change it, save it, reload.\n',
  '/workspace/hello.txt': 'Hello from the OANIX namespace!\n',
  '/workspace/data/numbers.txt': '3\n1\n4\n1\n5\n9\n2\n6\n',
};

/** The namespace of a first visit, as ns text. */
export const firstNamespace = `mount -r welcome /
mount -c store /home
mount -c mem /tmp
mount -r bin /bin
mount dev /dev
bind -c /home/workspace /workspace
`;
