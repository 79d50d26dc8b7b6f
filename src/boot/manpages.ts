/** The manual pages of `/lib/man`: each service's README, by the name it is mounted with. */
import archive from '../fs/archive/README.md?raw';
import cap from '../fs/cap/README.md?raw';
import cow from '../fs/cow/README.md?raw';
import dev from '../fs/dev/README.md?raw';
import envs from '../fs/envs/README.md?raw';
import func from '../fs/func/README.md?raw';
import http from '../fs/http/README.md?raw';
import logs from '../fs/logs/README.md?raw';
import map from '../fs/map/README.md?raw';
import mem from '../fs/mem/README.md?raw';
import nostr from '../fs/nostr/README.md?raw';
import pipe from '../fs/pipe/README.md?raw';
import policy from '../fs/policy/README.md?raw';
import proc from '../fs/proc/README.md?raw';
import quota from '../fs/quota/README.md?raw';
import readonly from '../fs/readonly/README.md?raw';
import sched from '../fs/sched/README.md?raw';
import snapshots from '../fs/snapshots/README.md?raw';
import task from '../fs/task/README.md?raw';
import workspace from '../fs/workspace/README.md?raw';
import ws from '../fs/ws/README.md?raw';
import sh from '../shell/README.md?raw';

export const manPages: { readonly [name: string]: string } = Object.fromEntries(
  Object.entries({
    archive,
    cap,
    cow,
    dev,
    envs,
    func,
    http,
    logs,
    map,
    mem,
    nostr,
    pipe,
    policy,
    proc,
    quota,
    readonly,
    review: cow,
    sched,
    sh,
    snapshots,
    task,
    workspace,
    ws,
  }).map(([name, page]) => [`${name}.md`, page]),
);
