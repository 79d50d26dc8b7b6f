/** What viewers read: whole files of a bounded size, and text as it is shown, saved or not. */
import { useEffect, useState } from 'react';
import { client } from '../session.ts';
import { useApp, type View } from '../store.ts';
import { explain, showSize } from '../text.ts';

/** Larger files are looked at in parts, by their bytes. */
const WHOLE_MAX = 256 * 1024 * 1024;

/** A file as an address that the page can show; whoever uses it begins anew where it is another file. */
export function useAddress(
  path: string,
  type: string,
): { readonly url?: string; readonly error?: string } {
  const [shown, setShown] = useState<{ url?: string; error?: string }>({});
  useEffect(() => {
    let url: string | undefined;
    let gone = false;
    readBounded(path).then(
      (bytes) => {
        if (gone) return;
        url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
        setShown({ url });
      },
      (error: unknown) => {
        if (!gone) setShown({ error: explain(error) });
      },
    );
    return () => {
      gone = true;
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [path, type]);
  return shown;
}

/** The bytes of a file. `size` is its size where it is known. Throws where the file is too large. */
export async function readBounded(path: string, size?: number): Promise<Uint8Array> {
  const { fs } = client().oanix;
  size ??= (await fs.stat(path)).size;
  if (size > WHOLE_MAX)
    throw new Error(`This is ${showSize(size)}: too large to be shown so. Look at its bytes.`);
  return fs.readFile(path);
}

/** The text of a view, with what is not saved yet. */
export const useText = (path: string, view: View): string => {
  const draft = useApp((s) => s.drafts[path]?.text);
  return draft ?? (view.kind === 'text' ? view.text : '');
};

export const versionOf = (view: View): number =>
  view.kind === 'text' || view.kind === 'bytes' ? view.version : 0;
