/** The boot, stage by stage, and the ways on when it fails or the kernel dies. */
import { RotateCcw, ShieldCheck } from 'lucide-react';
import { Button } from '../parts/Button.tsx';
import { restart } from '../session.ts';
import { useApp } from '../store.ts';

export function Boot() {
  const { boot, stages, bootError } = useApp();
  return (
    <main className="boot">
      <h1 className="brand">
        OANI<span>X</span>
      </h1>
      {boot === 'starting' && (
        <ol aria-label="Starting" aria-live="polite">
          {stages.map(({ name, ms }) => (
            <li key={name}>
              {name} <span>{ms} ms</span>
            </li>
          ))}
          <li>starting…</li>
        </ol>
      )}
      {boot !== 'starting' && (
        <div role="alert" style={{ display: 'grid', gap: 12 }}>
          <h2>{boot === 'crashed' ? 'The kernel stopped' : 'OANIX could not start'}</h2>
          <p>{bootError}</p>
          <p>What was saved is safe. Programs that were running have ended.</p>
          <div className="buttons">
            <Button
              label="Start again"
              icon={RotateCcw}
              look="primary"
              onClick={() => void restart()}
            />
            <Button label="Safe mode" icon={ShieldCheck} onClick={() => void restart(true)} />
          </div>
          <p>Safe mode mounts nothing but your files, read-only, so that you can download them.</p>
        </div>
      )}
    </main>
  );
}
