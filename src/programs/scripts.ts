/** Scripts of /bin: commands that are made of others. */

/** Without an argument it says how it is used. */
const confine = `#!/bin/sh
# confine COMMAND [ARG]...: runs what is not trusted. The tests of a task and its reward do not exist for it.
[ $# -gt 0 ] || { echo 'usage: confine COMMAND [ARG]...' >&2; exit 2; }
mkdir -p /tmp/.nothing
for each in /tests /logs/verifier; do
  [ -d $each ] && bind -r /tmp/.nothing $each
done
"$@"
`;

const pytest = `#!/bin/sh
# pytest [OPTION]... [FILE]...: runs tests that were written for pytest (man pytest).
PYTHONPATH=/lib/python PYTHONSAFEPATH=1 python -m pytest "$@"
`;

export const scripts: { readonly [name: string]: string } = { confine, pytest };
