/** Where something is, each directory on the way a button; names can be dropped on them. */
import { inNamespace, OWN, rootOf } from '../namespaces.ts';
import { open } from '../panes.ts';
import { useApp } from '../store.ts';
import { isWithin, joinPath, showName } from '../text.ts';
import { takesPaths } from './drag.ts';

export function Crumbs({ path, label }: { path: string; label: string }) {
  const switched = useApp((s) => s.namespace);
  const namespace = isWithin(path, rootOf(switched)) ? switched : OWN;
  const names = inNamespace(path, namespace).split('/').filter(Boolean);
  const steps = names.map((name, index) => ({
    name,
    path: names.slice(0, index).reduce(joinPath, rootOf(namespace)),
  }));
  return (
    <nav className="crumbs" aria-label={label}>
      {steps.map(({ name, path: above }, index) => (
        <span key={`${String(index)} ${name}`}>
          <button
            type="button"
            aria-label={index === 0 ? 'Root' : showName(names[index - 1] as string)}
            onClick={() => void open(above)}
            {...takesPaths(above)}
          >
            {index === 0 ? '/' : showName(names[index - 1] as string)}
          </button>
          {index > 0 && '/'}
        </span>
      ))}
    </nav>
  );
}
