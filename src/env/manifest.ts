/** What an environment is made of, as data: checked from what someone wrote, and enough to make it again. */
import { taskFrom } from '../fs/task/task.ts';
import { fail } from '../kernel/errors.ts';
import { cleanPath, formatPath } from '../kernel/path.ts';
import type { Limits } from '../kernel/process.ts';
import type { Json } from '../kernel/service.ts';

/** Something of the creator's namespace that the environment sees too. */
export interface Grant {
  /** A path of the creator's. */
  readonly from: string;
  /** Where it shows. */
  readonly at: string;
  readonly access: 'ro' | 'rw' | 'cow';
}

/** What of the network it has at `/cap`, each with its policy (policy/policy.ts). */
export interface Capabilities {
  readonly http?: { readonly policy: Json };
  readonly ws?: { readonly policy: Json };
  /** Signed by a key of the host, by its name. */
  readonly nostr?: { readonly policy: Json; readonly identity?: string };
}

export interface EnvManifest {
  readonly version: 1;
  readonly id: string;
  readonly template: TemplateName;
  /** ISO 8601. */
  readonly created_at: string;
  readonly task?: { readonly spec: Json; readonly meta: Json };
  /** A directory of the creator's that the work is done over a copy of; absent for an empty one. */
  readonly workspace?: string;
  readonly grants: readonly Grant[];
  /** Absent: it has no network at all. */
  readonly capabilities?: Capabilities;
  /** Of each program in it. */
  readonly limits: Limits;
  readonly env: Readonly<Record<string, string>>;
  readonly working_dir: string;
  /** Who works in it, for its trajectory. */
  readonly agent?: string;
  readonly forked_from?: string;
}

interface Template {
  readonly about: string;
  readonly task: boolean;
  /** Where its own files are; absent where it has none. */
  readonly files?: '/' | '/workspace';
  /** What is done there lies over what was there at first, so that it can be told. */
  readonly overlay?: true;
  readonly tmp: boolean;
  readonly grants: boolean;
  readonly working_dir: string;
}

export const templates = {
  agent: {
    about: 'a task, logs, a workspace over a copy, and what is granted',
    task: true,
    files: '/workspace',
    tmp: true,
    grants: true,
    working_dir: '/workspace',
  },
  sandbox: {
    about: 'a workspace over a copy and logs; no task, no network, nothing else',
    task: false,
    files: '/workspace',
    tmp: true,
    grants: false,
    working_dir: '/workspace',
  },
  task: {
    about: 'a task and logs, and no files beside them',
    task: true,
    tmp: false,
    grants: false,
    working_dir: '/',
  },
  bench: {
    about: 'a graded task with files of its own, and what is changed in them',
    task: true,
    files: '/',
    overlay: true,
    tmp: true,
    grants: false,
    working_dir: '/app',
  },
} as const satisfies { readonly [name: string]: Template };

export type TemplateName = keyof typeof templates;

export const templateOf = ({ template }: Pick<EnvManifest, 'template'>): Template =>
  templates[template];

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Names of control files beside the environments. */
const reserved: ReadonlySet<string> = new Set([
  'create',
  'compare',
  'list',
  'look',
  'page',
  'serve',
  'templates',
  'trial',
]);
const LIMITS: ReadonlySet<string> = new Set(['memory', 'wall', 'cpu', 'output', 'files']);
const FIELDS: ReadonlySet<string> = new Set([
  'id',
  'template',
  'task',
  'workspace',
  'grants',
  'capabilities',
  'limits',
  'env',
  'working_dir',
  'agent',
]);

/** From what someone wrote, `{template, id?, task?, …}` (man envs); EINVAL says what is wrong. */
export function manifestFrom(value: unknown, freeId: string, now: number): EnvManifest {
  const fields = objectFrom(value, 'an environment is an object: {template, …}');
  for (const name of Object.keys(fields))
    if (!FIELDS.has(name)) fail('EINVAL', `an environment has no '${name}'`);
  const { id = freeId, template = 'agent' } = fields;
  if (typeof id !== 'string' || !ID.test(id) || reserved.has(id))
    fail(
      'EINVAL',
      'an id is a letter or digit, then up to 63 of them, dots, dashes and underscores',
    );
  if (typeof template !== 'string' || !Object.hasOwn(templates, template))
    fail('EINVAL', `a template is one of ${Object.keys(templates).join(', ')}`);
  const kind: Template = templates[template as TemplateName];
  return {
    version: 1,
    id: id as string,
    template: template as TemplateName,
    created_at: new Date(now).toISOString(),
    ...taskOf(fields['task'], kind, id as string, now),
    ...workspaceOf(fields['workspace'], kind),
    grants: grantsOf(fields['grants'], kind),
    ...capabilitiesOf(fields['capabilities'], kind),
    limits: limitsOf(fields['limits']),
    env: envOf(fields['env']),
    working_dir: pathOf(fields['working_dir'] ?? kind.working_dir, 'working_dir'),
    ...agentOf(fields['agent']),
  };
}

function taskOf(
  value: unknown,
  { task }: Template,
  id: string,
  now: number,
): Pick<EnvManifest, 'task'> {
  if (!task) {
    if (value !== undefined) fail('EINVAL', 'this template has no task');
    return {};
  }
  const { spec = {}, meta = {} } = objectFrom(value ?? {}, 'a task is an object: {spec, meta}');
  const whole = {
    id,
    task_type: 'work',
    description: '',
    input: null,
    ...objectFrom(spec, 'a spec is an object'),
  };
  taskFrom(whole, meta, now);
  return { task: { spec: whole as Json, meta: meta as Json } };
}

function workspaceOf(value: unknown, { files }: Template): Pick<EnvManifest, 'workspace'> {
  if (value === undefined) return {};
  if (files !== '/workspace') fail('EINVAL', 'this template has no workspace');
  return { workspace: pathOf(value, 'workspace') };
}

function grantsOf(value: unknown, { grants }: Template): readonly Grant[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) fail('EINVAL', 'grants are a list of {from, at, access}');
  if (!grants && (value as []).length > 0) fail('EINVAL', 'this template takes no grants');
  return (value as unknown[]).map((each) => {
    const { from, at = from, access = 'ro', ...more } = objectFrom(each, 'a grant is an object');
    const [unknown] = Object.keys(more);
    if (unknown !== undefined) fail('EINVAL', `a grant has no '${unknown}'`);
    if (access !== 'ro' && access !== 'rw' && access !== 'cow')
      fail('EINVAL', 'access is ro, rw or cow');
    return {
      from: pathOf(from, 'from'),
      at: pathOf(at, 'at'),
      access: access as Grant['access'],
    };
  });
}

/** What the policies say is checked where they are used. */
function capabilitiesOf(value: unknown, { grants }: Template): Pick<EnvManifest, 'capabilities'> {
  if (value === undefined) return {};
  if (!grants) fail('EINVAL', 'this template has no network');
  const given = objectFrom(value, 'capabilities are an object: {http: {policy}}');
  for (const [name, each] of Object.entries(given)) {
    if (name !== 'http' && name !== 'ws' && name !== 'nostr')
      fail('EINVAL', `a capability is http, ws or nostr, not ${name}`);
    const { policy, identity, ...more } = objectFrom(each, `${name} is an object: {policy}`);
    objectFrom(policy, 'a policy is an object');
    const [unknown] = Object.keys(more);
    if (unknown !== undefined) fail('EINVAL', `a capability has no '${unknown}'`);
    if (identity !== undefined && (name !== 'nostr' || typeof identity !== 'string'))
      fail('EINVAL', 'nostr takes the name of a key as identity');
  }
  return Object.keys(given).length > 0 ? { capabilities: given as Capabilities } : {};
}

function limitsOf(value: unknown): Limits {
  const limits = objectFrom(value ?? {}, 'limits are an object');
  for (const [name, most] of Object.entries(limits)) {
    if (!LIMITS.has(name)) fail('EINVAL', `there is no limit '${name}'`);
    if (!(typeof most === 'number' && most > 0))
      fail('EINVAL', `the ${name} limit is a number above 0`);
  }
  return limits as Limits;
}

function envOf(value: unknown): Record<string, string> {
  const env = objectFrom(value ?? {}, 'env is an object of texts');
  if (Object.values(env).some((text) => typeof text !== 'string'))
    fail('EINVAL', 'env is an object of texts');
  return env as Record<string, string>;
}

function agentOf(value: unknown): Pick<EnvManifest, 'agent'> {
  if (value === undefined) return {};
  if (typeof value !== 'string') fail('EINVAL', 'an agent is a name');
  return { agent: value as string };
}

function pathOf(value: unknown, name: string): string {
  if (typeof value !== 'string' || !value.startsWith('/'))
    fail('EINVAL', `${name} is an absolute path`);
  return formatPath(cleanPath(value as string));
}

function objectFrom(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('EINVAL', what);
  return value as Record<string, unknown>;
}
