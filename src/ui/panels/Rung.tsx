/** How programs reach the kernel here. */
import { useApp } from '../store.ts';

const rungs = {
  shared: {
    name: 'Shared memory',
    about: 'Programs run at full speed: this page is cross-origin isolated.',
  },
  jspi: {
    name: 'JSPI',
    about:
      'Programs run, but slower: this page, or the one around it, was served without the headers for shared memory.',
  },
  none: {
    name: 'No programs',
    about:
      'Programs cannot run: neither shared memory nor WebAssembly Promise Integration is here.',
  },
} as const;

export function Rung() {
  const rung = useApp((s) => s.rung);
  return (
    <span
      className={rung === 'none' ? 'rung warn' : 'rung long'}
      title={rungs[rung ?? 'shared'].about}
    >
      {rung && rungs[rung].name}
    </span>
  );
}
