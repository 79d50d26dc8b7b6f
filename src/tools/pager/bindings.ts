/** What the keys of a pager are bound to. */

/** What keys do, by the names that the keyboard and less(1) give them. */
export const actions: Readonly<Record<string, string>> = {};
const bind = (action: string, ...keys: readonly string[]): void => {
  for (const key of keys) (actions as Record<string, string>)[key] = action;
};
bind('down', 'j', 'e', '\x05', '\x0e', '\n', '\r', '\x1b[B', '\x1bOB');
bind('up', 'k', 'y', '\x19', '\x0b', '\x10', '\x1b[A', '\x1bOA');
bind('page down', ' ', 'f', '\x06', '\x16', '\x1b[6~');
bind('page up', 'b', '\x02', '\x1bv', '\x1b[5~');
bind('window down', 'z');
bind('window up', 'w');
bind('half down', 'd', '\x04');
bind('half up', 'u', '\x15');
bind('start', 'g', '<', '\x1b<', '\x1b[H', '\x1bOH', '\x1b[1~');
bind('end', 'G', '>', '\x1b>', '\x1b[F', '\x1bOF', '\x1b[4~');
bind('percent', 'p', '%');
bind('right', '\x1b)', '\x1b[C', '\x1bOC');
bind('left', '\x1b(', '\x1b[D', '\x1bOD');
bind('quit', 'q', 'Q', '\x1b\x1b');
bind('repaint', 'r', 'R', '\x0c', '\x12');
bind('search', '/');
bind('search back', '?');
bind('again', 'n');
bind('again back', 'N');
bind('highlight', '\x1bu');
bind('info', '=', '\x07');
bind('option', '-');
bind('colon', ':');
bind('suspend', '\x1a');
bind('version', 'V');

/** Options that `-` and their letter change, with what is said when they are on and off. */
export const toggles: Readonly<Record<string, readonly [string, string]>> = {
  N: ['Constantly display line numbers', "Don't use line numbers"],
  S: ['Chop long lines', 'Fold long lines'],
  i: ['Ignore case in searches', 'Case is significant in searches'],
  I: ['Ignore case in searches and in patterns', 'Case is significant in searches'],
  R: ['Display ANSI sequences directly', 'Display control characters as ^X'],
  s: ['Squeeze multiple blank lines', 'Display all blank lines'],
  m: ['Medium prompt', 'Short prompt'],
  M: ['Long prompt', 'Short prompt'],
};
