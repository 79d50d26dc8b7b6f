/** Whose namespace is shown, with a menu of the others. */
import { Boxes, ChevronDown } from 'lucide-react';
import { chooseNamespace, namespaceOf, OWN, titleOf } from '../namespaces.ts';
import { useApp } from '../store.ts';

export function NamespaceButton() {
  const shown = useApp(namespaceOf);
  return (
    <button
      type="button"
      className="namespace"
      aria-haspopup="menu"
      aria-label={`Namespace: ${titleOf(shown)}`}
      title="Whose namespace is shown"
      data-of={shown === OWN ? 'page' : 'environment'}
      onClick={chooseNamespace}
    >
      <Boxes size={15} aria-hidden />
      <span className="name">{titleOf(shown)}</span>
      <ChevronDown size={13} aria-hidden />
    </button>
  );
}
