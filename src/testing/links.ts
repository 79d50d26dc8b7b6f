/** The files that cp, mv and ln are tried on, and what is left of them. */
const made =
  'shopt -s globstar; mkdir made; cd made; echo one > f; echo two > g; touch -d 2020-01-01 f; touch -d 2021-01-01 g; ' +
  'mkdir -p d/e d2/d; echo x > d/e/x; ln -s f l; ln -s no gone; ln -s d ld; ln f h; chmod 750 g; cd ..; ' +
  // Directories are shown without their number of links, which services count in different ways.
  'show() { local i; set --; for i in **; do if [ -d "$i" ] && [ ! -L "$i" ]; then echo "$i/"; else set -- "$@" "$i"; fi; ' +
  '[ -f "$i" ] && echo "$i $(< "$i")"; done; stat -c "%N %A %h" "$@"; }; ';

/** A script that runs each command over these files, and shows its status and what became of them. */
export const showing = (...commands: readonly string[]): string =>
  `exec 2>&1; ${made}${commands
    .map((command) => `cp -a made work; cd work; ${command}; echo $?; show; cd ..; rm -r work`)
    .join('; ')}`;
