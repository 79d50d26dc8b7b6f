/**
 * Which names a system of the host takes as one name in a directory. A namespace allows more: to Windows, `a\b` is a path,
 * `a:b` a second content of the file `a`, and `nul` a device.
 */

/** True for a name that stands for nothing but an entry of a directory. */
export type NameRule = (name: string) => boolean;

const isPosixName: NameRule = (name) =>
  name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);

/** Microsoft, "Naming Files, Paths, and Namespaces". Windows drops a dot or a blank at the end. */
const isWindowsName: NameRule = (name) =>
  isPosixName(name) &&
  !/[\\:<>"|?*]/.test(name) &&
  ![...name].some((char) => char < ' ') &&
  !/[. ]$/.test(name) &&
  !/^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i.test(name);

export const nameRuleOf = (platform: NodeJS.Platform): NameRule =>
  platform === 'win32' ? isWindowsName : isPosixName;
