/**
 * What an agent did, step by step: ATIF v1.4 (Agent Trajectory Interchange Format, Harbor RFC 0001), made of the events
 * of a log. What an event's data says of calls, observations and metrics goes to its step where it has their shape;
 * all else is kept in the step's `extra`.
 */
import { fail } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/service.ts';
import type { LogEvent } from './logs.ts';

export interface Agent {
  readonly name: string;
  readonly version: string;
}

interface Step {
  readonly step_id: number;
  readonly timestamp: string;
  readonly source: Source;
  readonly message: string;
  readonly [part: string]: Json;
}

export interface Trajectory {
  readonly schema_version: 'ATIF-v1.4';
  readonly session_id: string;
  readonly agent: Agent;
  readonly steps: readonly Step[];
  readonly final_metrics: { readonly total_steps: number };
}

type Source = 'system' | 'user' | 'agent';
type Fields = { readonly [name: string]: Json };
const isObject = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: Json | undefined): boolean => typeof value === 'string';
const isMaybeText = (value: Json | undefined): boolean => value === undefined || isText(value);

/** Parts of a step: who may have them, and whether a value has their shape. */
const parts: {
  readonly [part: string]: readonly [of: ReadonlySet<Source>, fits: (value: Json) => boolean];
} = {
  reasoning_content: [new Set<Source>(['agent']), isText],
  model_name: [new Set<Source>(['agent']), isText],
  tool_calls: [
    new Set<Source>(['agent']),
    (value) =>
      Array.isArray(value) &&
      value.every(
        (call: Json) =>
          isObject(call) &&
          isText(call['tool_call_id']) &&
          isText(call['function_name']) &&
          isObject(call['arguments']),
      ),
  ],
  observation: [
    new Set<Source>(['agent', 'system']),
    (value) =>
      isObject(value) &&
      Array.isArray(value['results']) &&
      value['results'].every(
        (result: Json) =>
          isObject(result) &&
          isMaybeText(result['source_call_id']) &&
          isMaybeText(result['content']),
      ),
  ],
  metrics: [new Set<Source>(['agent']), isObject],
};

/** Whose trajectory it is, and of which run, from what someone wrote; EINVAL. */
export function agentFrom(
  agent: Json | undefined,
  session: Json | undefined,
): {
  agent?: Agent;
  session?: string;
} {
  const { name, version } = isObject(agent) ? agent : {};
  if (agent !== undefined && !(typeof name === 'string' && typeof version === 'string'))
    fail('EINVAL', 'an agent has a name and a version, both texts');
  if (!isMaybeText(session)) fail('EINVAL', 'a session is a text');
  return {
    ...(agent === undefined ? {} : { agent: { name, version } as Agent }),
    ...(session === undefined ? {} : { session: session as string }),
  };
}

export function trajectoryOf(
  events: readonly LogEvent[],
  session_id: string,
  agent: Agent,
): Trajectory {
  const steps = events.map((event, i) => stepOf(event, i + 1));
  const final_metrics = { total_steps: steps.length };
  return { schema_version: 'ATIF-v1.4', session_id, agent, steps, final_metrics };
}

function stepOf(
  { timestamp, source: writer, level, message, data }: LogEvent,
  step_id: number,
): Step {
  // What a program writes is the agent's.
  const source: Source = writer === 'system' || writer === 'user' ? writer : 'agent';
  const own: Record<string, Json> = {};
  const rest: Record<string, Json> = {
    level,
    ...(isObject(data) || data === undefined ? {} : { data }),
  };
  for (const [name, value] of Object.entries(isObject(data) ? data : {})) {
    const [of, fits] = Object.hasOwn(parts, name) ? (parts[name] ?? []) : [];
    if (of?.has(source) && fits?.(value)) own[name] = value;
    else rest[name] = value;
  }
  return { step_id, timestamp, source, message, ...own, extra: rest };
}
