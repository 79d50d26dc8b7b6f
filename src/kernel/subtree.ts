/** A directory of a service as a service: what is beside it cannot be named. */
import { fail } from './errors.ts';
import type { Path } from './path.ts';
import type { FileService, Step } from './service.ts';

/** Has the methods that the service has, but for those that tell of it: `watch` and `about`. */
export function subtree(service: FileService, base: Path): FileService {
  if (base.length === 0) return service;
  const at = (path: Path): Path => [...base, ...path];
  /** Its root stays where it is. */
  const below = (path: Path): Path => (path.length === 0 ? fail('EBUSY') : at(path));
  const stepAt = (step: Step): Step => ({
    ...step,
    path: at(step.path),
    ...('from' in step ? { from: at(step.from) } : {}),
  });
  const { create, remove, rename, symlink, readlink, link, setTimes, setMode, sync, apply } =
    service;
  return {
    spec: service.spec,
    inner: service,
    stat: (path, signal) => service.stat(at(path), signal),
    readdir: (path, signal) => service.readdir(at(path), signal),
    open: (path, mode, signal) => service.open(at(path), mode, signal),
    ...(create && { create: (path, kind, signal) => create.call(service, at(path), kind, signal) }),
    ...(remove && {
      remove: (path, kind, signal) => remove.call(service, below(path), kind, signal),
    }),
    ...(rename && {
      rename: (from, to, signal) => rename.call(service, below(from), below(to), signal),
    }),
    ...(symlink && {
      symlink: (target, path, signal) => symlink.call(service, target, at(path), signal),
    }),
    ...(readlink && { readlink: (path, signal) => readlink.call(service, at(path), signal) }),
    ...(link && { link: (from, to, signal) => link.call(service, at(from), at(to), signal) }),
    ...(setTimes && {
      setTimes: (path, times, signal) => setTimes.call(service, at(path), times, signal),
    }),
    ...(setMode && {
      setMode: (path, mode, signal) => setMode.call(service, at(path), mode, signal),
    }),
    ...(sync && { sync: () => sync.call(service) }),
    ...(apply && { apply: (steps, signal) => apply.call(service, steps.map(stepAt), signal) }),
  };
}
