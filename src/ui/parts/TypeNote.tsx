/** Says above a file that its name promises something else than what it holds. */
import { useEffect, useState } from 'react';
import type { View } from '../store.ts';

export function TypeNote({ path, view }: { path: string; view: View }) {
  const [words, setWords] = useState<string>();
  useEffect(() => {
    let gone = false;
    setWords(undefined);
    if (view.kind !== 'text' && view.kind !== 'bytes') return;
    const isText = view.kind === 'text' && view.text !== '';
    void import('../contenttypes.ts').then(({ mismatch }) => {
      if (!gone) setWords(mismatch(path, view.content, isText));
    });
    return () => {
      gone = true;
    };
  }, [path, view]);
  if (words === undefined) return null;
  return (
    <div className="notice" role="note">
      <p>{words}</p>
    </div>
  );
}
