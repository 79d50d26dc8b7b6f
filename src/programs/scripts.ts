/** Scripts of /bin: commands that are made of others. */

/** Without an argument it says how it is used. */
const confine = `#!/bin/sh
# confine COMMAND [ARG]...: runs what is not trusted. The tests of a task and its reward do not exist for it.
[ $# -gt 0 ] || { echo 'usage: confine COMMAND [ARG]...' >&2; exit 2; }
for each in /tests /logs/verifier; do
  if [ -d $each ]; then bind -r /lib/nothing $each || exit 126; fi
done
"$@"
`;

const pytest = `#!/bin/sh
# pytest [OPTION]... [FILE]...: runs tests that were written for pytest, by /lib/python/pytest.py.
# What ends it before all tests have run ends it badly, whatever it says.
done=/tmp/.pytest-$$
rm -f $done
PYTEST_DONE=$done PYTHONPATH=/lib/python PYTHONSAFEPATH=1 python -m pytest "$@"
status=$?
if [ $status = 0 ] && ! [ -e $done ]; then
  echo 'pytest: a test has ended the process' >&2
  status=2
fi
rm -f $done
exit $status
`;

export const scripts: { readonly [name: string]: string } = { confine, pytest };
