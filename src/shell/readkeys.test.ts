/** `read` on a terminal acts on keys, as bash's does, and leaves the terminal as it was. */
import { expect, it } from 'vitest';
import { onTerminal } from '../testing/shellterminal.ts';

it('takes a key at once, and shows it only without -s', async () => {
  const { enter, press, shows, shown } = await onTerminal();
  await enter('read -s -n1 -p "key? " key; echo "got <$key>"', /\nkey\? $/);
  await press('q');
  await shows(/^got <q>\r\n/);
  await enter('read -p "key? " -n1 key; echo; echo "got <$key>"', /\nkey\? $/);
  await press('y');
  await shows(/^y\r\ngot <y>\r\n/);
  await enter('read -sp "password: " word; echo; echo "got <$word>"', /\npassword: $/);
  await press('secx\x7f\r');
  await shows(/^\r\ngot <sec>\r\n/);
  expect(shown()).not.toContain('secx');
});

it('has the modes of before where a signal ends what changed them, also a job, and else keeps them', async () => {
  const { enter, press } = await onTerminal();
  const signalled = "sh -c 'stty -echo; echo ready; kill -STOP $$; echo again; sleep 60'";
  await enter("sh -c 'stty -echo; echo ready; sleep 60'", /\nready\r\n/);
  await press('\x03');
  await enter('stty -a', / echo echoe/);
  await enter(signalled, /Stopped/);
  await enter('fg', /\nagain\r\n/);
  await press('\x03');
  await enter('stty -a', / echo echoe/);
  await enter("sh -c 'stty -echo'; stty -a", / -echo echoe/);
});

it('lets nobody in the background change the modes', async () => {
  const { enter, press, shows } = await onTerminal();
  await enter("sh -c 'stty -F /dev/tty -echo -isig; echo changed' & read -p '? ' word", /\n\? $/);
  await press('seen');
  await shows(/^seen/);
  await press('\x03');
  await enter('echo "was $?"; stty -a | grep -o ".*isig"', /was 130\r\nisig/);
  await enter('(stty -F /dev/tty -echo -isig; echo changed) & read -p "? " word', /\n\? $/);
  await press('seen');
  await shows(/^seen/);
  await press('\x03');
  await enter('echo "was $?"; stty -a | grep -o ".*isig"', /was 130\r\nisig/);
});

it('takes characters as they are counted, keys that make several bytes, and other delimiters', async () => {
  const { enter, press, shows } = await onTerminal();
  await enter('read -p "? " -rsN 4 x; printf "%q\\n" "$x"', /\n\? $/);
  await press('a\x7f\ré');
  await shows(/^\$'a\\177\\né'\r\n/);
  await enter('read -p "? " -rs -d : x; printf "%q\\n" "$x"', /\n\? $/);
  await press('some text:');
  await shows(/^some\\ text\r\n/);
  await enter('read -p "? " -rsn1 x; read -rsn2 -t 5 y; printf "%q\\n" "$x$y"', /\n\? $/);
  await press('\x1b[A');
  await shows(/^\$'\\E\[A'\r\n/);
});

it('is over when the time is, or by Ctrl-C, and keys are echoed again', async () => {
  const { enter, press, shows } = await onTerminal();
  await enter('read -s -n1 -t 0.05 x; echo "status $?"', /status 142\r\n/);
  await enter('read -p "? " -s -n1 x; echo never', /\n\? $/);
  await press('\x03');
  await enter('echo "was $?"; read -p "? " word; echo "got <$word>"', /\nwas 130\r\n\? $/);
  await press('seen\r');
  await shows(/^seen\r\ngot <seen>/);
});

it('reads keys of /dev/tty where its input is a pipe, and gives back what it has not taken', async () => {
  const { enter, press, shows } = await onTerminal();
  await enter(
    'echo piped | { read -p "? " -sn1 k </dev/tty; read l; echo "<$k> <$l>"; }',
    /\n\? $/,
  );
  await press('k');
  await shows(/^<k> <piped>\r\n/);
  await enter('read -p "? " -sn1 a; read b; echo "<$a> <$b>"', /\n\? $/);
  await press('abc\r');
  await shows(/<a> <bc>\r\n/);
});

it('keeps its modes for itself where Ctrl-Z stops it, and has them again in front', async () => {
  const { enter, press, shows, shown } = await onTerminal();
  await enter('read -p "? " -sn1 k; echo "<$k>"', /\n\? $/);
  await press('\x1a');
  await shows(/Stopped/);
  await enter('read -p "? " word; echo "got <$word>"', /\n\? $/);
  await press('seen\r');
  await shows(/^seen\r\ngot <seen>/);
  await enter('fg', /\nread -p .*\r\n/);
  await press('q');
  await shows(/<q>\r\n/);
  expect(shown()).not.toMatch(/^q/);
});
