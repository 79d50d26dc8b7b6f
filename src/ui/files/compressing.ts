/** Files and folders packed into an archive beside them. The archive has its name only when it is whole. */
import type { ArchiveFormat } from '../../boot/capsules.ts';
import type { Undone } from '../notices.ts';
import { joinPath, nameOf, showName } from '../text.ts';
import { takeName, writePart } from './copytree.ts';
import { exportBy } from './exporting.ts';
import { placeFor } from './extracting.ts';
import { remember } from './history.ts';
import { withSuffix } from './names.ts';
import { made } from './steps.ts';
import { freeName } from './there.ts';

/** A name that is taken gets a number. */
export async function compressHere(
  paths: readonly string[],
  format: ArchiveFormat,
): Promise<Undone | undefined> {
  const [first] = paths;
  if (first === undefined) return undefined;
  const dir = placeFor(first);
  const own = (paths.length === 1 ? nameOf(first) : nameOf(dir)) || 'namespace';
  const to = await freeName(joinPath(dir, withSuffix(own, `.${format}`)), 1);
  return exportBy({
    format,
    paths,
    name: nameOf(to),
    stream: (capsules, options) => capsules.archive(paths, format, options),
    finish: async (stream, signal) => {
      const reader = stream.getReader();
      const piece = async (): Promise<Uint8Array> => {
        // An empty piece would be taken for the end.
        for (;;) {
          const { value, done } = await reader.read();
          if (done || value.length > 0) return value ?? new Uint8Array(0);
        }
      };
      try {
        await takeName(await writePart(to, [], piece, signal, () => undefined), to);
      } finally {
        await reader.cancel().catch(() => undefined);
      }
      remember(`compress ${showName(nameOf(to))}`, [made(to)]);
    },
  });
}
