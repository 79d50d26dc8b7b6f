/** How far some work has come, in one word; and what it was rewarded with. */
import type { Trial } from '../../boot/workapi.ts';

const tones: Readonly<Record<string, string>> = {
  created: 'quiet',
  pending: 'quiet',
  building: 'info',
  agent: 'info',
  running: 'info',
  verifying: 'info',
  completed: 'ok',
  graded: 'ok',
  cancelled: 'quiet',
  interrupted: 'warn',
  timed_out: 'bad',
  failed: 'bad',
};

/** A trial in which the agent is at work. */
const words: Readonly<Record<string, string>> = { agent: 'working' };

type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'quiet';

/** `tone` for words that are not of jobs and environments. */
export function State({
  state,
  title,
  tone,
}: {
  state: string;
  title?: string | undefined;
  tone?: Tone | undefined;
}) {
  return (
    <span className={`state ${tone ?? tones[state] ?? 'quiet'}`} title={title}>
      {words[state] ?? state.replace('_', ' ')}
    </span>
  );
}

/** A reward of 1 is all; anything less is told as it is. */
export function Reward({ trial }: { trial: Trial }) {
  const { state, reward, error } = trial;
  if (state === 'graded' && reward !== undefined) {
    const tone = reward === 1 ? 'ok' : reward > 0 ? 'warn' : 'bad';
    return (
      <span className={`reward ${tone}`} title={error}>
        {reward === 1 ? '1' : reward === 0 ? '0' : reward.toFixed(2)}
      </span>
    );
  }
  return <State state={state} title={error} />;
}
