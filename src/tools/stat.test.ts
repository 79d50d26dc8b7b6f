/** stat, and who and where, beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

const made = `echo abc > f; touch -d '2020-01-02 03:04:05.678901234' f; : > e; mkdir d; ln -s f l; ln -s no gone; chmod 750 e; ln f 'a b'; `;

describe.runIf(isDebian)('stat is as Debian has it', () => {
  it.each([
    ...[
      '-c %n f e d l',
      '-c %s f e l',
      '-c "%F" f e d l',
      '-c "%a %A" f e d l',
      '-c %N f l gone "a b"',
      '-c %y f',
    ],
    ...[
      '-c %Y f',
      '-c %.3Y f',
      '-c %.Y f',
      '-c "%10s|%-10s|%010s" f',
      '-c "%h %f" f l',
      '-L -c %F l gone',
      '-c %F l/',
    ],
    ...[
      '--printf "%s\\n%n\\t\\101\\x41" f',
      '-c "a\\nb%%" f',
      '--format=%s f nosuch',
      '-c %s',
      '',
      '-c "%.2n|%5.1n|" f',
    ],
    ...[
      '-c "%#a %04a" f e',
      '-c %B f',
      '-c "%.19y" f',
      '-c %q f',
      '-c "" f',
      'nosuch',
      '-x f',
      '-c "%" f',
      '-c "%o" f',
    ],
  ])('stat %s', (args) => expectDebian(`${made} { stat ${args}; echo $?; } 2>&1`));

  it.each([...["'\\377\\x41\\xff|\\303\\251|\\400|\\777|\\xe9'", "'\\303%n\\251 é'"]])(
    'stat --printf %s writes bytes',
    (form) => expectDebian(`${made} { stat --printf ${form} f; echo $?; } 2>&1`),
  );

  it.each(['%5n|%-5n|%1n', '%.1n|%.2n|%5.1n|%.0n', '%10N|%-10N', '%.3N|%20N|%N|%-N', '%.N|%8.2N'])(
    'stat -c %s counts bytes',
    (form) => expectDebian(`echo > é; ln -s é l; { stat -c '${form}' é l; echo $?; } 2>&1`),
  );

  it.each([
    '@-1',
    '@-1.0001',
    '@-1.25',
    '@-1.95',
    '@-0.01',
    '@-0.5',
    '@-1.999999999',
    '@-304815476.75',
    '@1.5',
  ])('stat shows the moment %s', (moment) =>
    expectDebian(
      `touch -d ${moment} f; stat -c '%y %Y %.0Y %.1Y %.2Y %.9Y %.12Y %.Y|%20.2Y|%-20.2Y|' f`,
    ),
  );

  it('shows all of a file', () =>
    expectDebian(
      `${made} stat f e d l | sed -E 's/(Device|Inode): *[0-9,]+ */\\1/g; s/Uid.*//; s/(Access|Change|Modify): 202[1-9].*//; s/Birth.*//; s/^.*Blocks.*$/-/; s/Links: *[0-9]*//'`,
    ));

  it.each([
    ...[
      'whoami x',
      'uname x',
      'arch x',
      'tty x',
      'tty -s',
      'tty',
      'nproc --ignore=x',
      'nproc x',
      'nproc --ignore=999',
    ],
    ...[
      'id nosuch',
      'id -Z',
      'id -ug',
      'id -n',
      'id -z',
      'uname -p -i',
      'sleep',
      'sleep a',
      'sleep -1',
      'sleep 1x 2y',
      'sleep 1M',
      'sleep .001S',
      'sleep 0D 0H',
      'sleep 1E-3',
      'sleep 0x',
    ],
    ...['sleep 0', 'sleep .01s 0m', 'whoami -x', 'sleep 1e-3', 'sleep 0 --help | head -c 12'],
  ])('%s', (command) => expectDebian(`{ ${command}; echo $?; } 2>&1 < /dev/null`));
});

it('names one user and one system', async () => {
  const { stdout } = await ours(
    'id; id -un; whoami; id -u; uname; uname -n; arch; hostname; uname -a; id -Gn user',
  );
  expect(stdout).toBe(
    'uid=1000(user) gid=1000(user) groups=1000(user)\nuser\nuser\n1000\nOANIX\noanix\nwasm32\noanix\nOANIX oanix 1.0 OANIX wasm32 OANIX\nuser\n',
  );
});
