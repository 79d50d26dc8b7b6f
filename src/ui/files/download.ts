/** Files and folders given to the person, as downloads. */
import { fail } from '../../kernel/errors.ts';
import { type Undone, withProgress } from '../notices.ts';
import { client } from '../session.ts';
import { nameOf, showName } from '../text.ts';
import { openFile } from './copytree.ts';
import { blobOf, exportBy } from './exporting.ts';

/** One file as it is; a folder, or many things, as one zip. */
export async function download(paths: readonly string[]): Promise<Undone | undefined> {
  const [only] = paths;
  if (only === undefined) return undefined;
  if (paths.length === 1 && (await client().oanix.fs.stat(only)).kind !== 'dir')
    return downloadFile(only);
  const name = paths.length === 1 ? nameOf(only) || 'namespace' : 'files';
  return exportBy({
    format: 'zip',
    paths,
    name: `${name}.zip`,
    stream: (capsules, options) => capsules.archive(paths, 'zip', options),
    finish: async (stream, signal) => saveAs(`${name}.zip`, await blobOf(stream, signal)),
  });
}

function downloadFile(path: string): Promise<Undone | undefined> {
  const name = nameOf(path);
  return withProgress(
    `Downloading ${showName(name)}`,
    async (signal, progress) => {
      const file = await openFile(path, signal);
      try {
        const { size } = await file.stat();
        let done = 0;
        const counted = file.stream().pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform: (part, controller) => {
              done += part.length;
              progress(Math.min(1, done / (size || 1)));
              controller.enqueue(part);
            },
          }),
        );
        const content = await blobOf(counted, signal);
        // The beginning of a file must not be saved as if it were all of it.
        if (content.size < size) fail('EIO', 'the file became shorter while it was read');
        saveAs(name, content);
      } finally {
        await file.close();
      }
    },
    'nothing was saved',
  );
}

/** Gives a file to the person, as a download. */
export function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
