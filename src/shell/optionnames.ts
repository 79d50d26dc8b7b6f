/** The options of `set` and `shopt` by their names and letters (bash(1) "SHELL BUILTIN COMMANDS"). */

const single: Readonly<Record<string, string>> = {
  a: 'allexport',
  b: 'notify',
  e: 'errexit',
  f: 'noglob',
  h: 'hashall',
  k: 'keyword',
  m: 'monitor',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
  B: 'braceexpand',
  C: 'noclobber',
  E: 'errtrace',
  H: 'histexpand',
  P: 'physical',
  p: 'privileged',
  t: 'onecmd',
  T: 'functrace',
};

export const optionOf = (letter: string): string | undefined => single[letter];
export const letterOf = (name: string): string | undefined =>
  Object.keys(single).find((letter) => single[letter] === name);
/** By their names, as `set -o` lists them. */
export const optionNames: readonly string[] = [
  ...Object.values(single),
  'emacs',
  'history',
  'ignoreeof',
  'interactive-comments',
  'nolog',
  'pipefail',
  'posix',
  'vi',
].sort();
export const onAtFirst: readonly string[] = ['braceexpand', 'hashall', 'interactive-comments'];

/** Those of `shopt` that are on at first. */
export const shoptAtFirst: readonly string[] = (
  'checkwinsize cmdhist complete_fullquote extquote force_fignore globasciiranges globskipdots ' +
  'hostcomplete interactive_comments patsub_replacement progcomp promptvars sourcepath'
).split(' ');

/** In the order in which `shopt` lists them. */
export const shoptNames: readonly string[] = [
  'autocd',
  ...[
    ...shoptAtFirst,
    ...(
      'assoc_expand_once cdable_vars cdspell checkhash checkjobs compat31 compat32 compat40 compat41 compat42 ' +
      'compat43 compat44 direxpand dirspell dotglob execfail expand_aliases extdebug extglob failglob globstar ' +
      'gnu_errfmt histappend histreedit histverify huponexit inherit_errexit lastpipe lithist localvar_inherit ' +
      'localvar_unset login_shell mailwarn no_empty_cmd_completion nocaseglob nocasematch noexpand_translation ' +
      'nullglob progcomp_alias restricted_shell shift_verbose varredir_close xpg_echo'
    ).split(' '),
  ].sort(),
];
