/** Terminals: a shell, pipelines of programs, keys that are signals, a conversation with Python. */
import { expect, goTo, type Page, press, start, test } from './oanix.ts';

/** What the screen of the terminal shows. */
const screen = (page: Page) => page.locator('.xterm-accessibility-tree');

async function openTerminal(page: Page): Promise<void> {
  await press(page, 'New terminal');
  await expect(screen(page)).toContainText('$', { timeout: 20_000 });
  await page.locator('.xterm-helper-textarea').focus();
}

async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

/** Waits until a program has read what was typed and written it: what it has not read goes with Ctrl-Z. */
const holds = (page: Page, path: string, word: string): Promise<void> =>
  expect
    .poll(() =>
      page.evaluate((file) => window.oanix.fs.readFile(file, 'utf8').catch(() => ''), path),
    )
    .toContain(word);

test('a pipeline of three WASI programs runs live, variables and functions last', async ({
  page,
}) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'seq 1 1000 | cat.wasm | cat.wasm | sum');
  await expect(screen(page)).toContainText('1000 numbers, sum 500500');
  await type(page, 'greet() { echo "hello $1 from $PWD"; }; who=you');
  await type(page, 'cd /tmp; greet $who');
  await expect(screen(page)).toContainText('hello you from /tmp');
  await type(
    page,
    'printf "b\\na\\n" > /home/list; cat /home/list | sort | head -n 1 > first; wc.wasm first',
  );
  await expect(screen(page)).toContainText('1 1 2 first');
  expect(await page.evaluate(() => window.oanix.fs.readFile('/tmp/first', 'utf8'))).toBe('a\n');
  await type(page, 'nosuch; echo "status $?"');
  await expect(screen(page)).toContainText('status 127');
});

test('what is appended flows through tail and grep while they run', async ({ page }) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.writeFile('/tmp/log', 'old line\n'));
  await openTerminal(page);
  await type(page, 'tail -f /tmp/log | grep new');
  await expect(screen(page)).toContainText('tail -f');
  for (const line of ['new one', 'other', 'new two'])
    await page.evaluate((text) => window.oanix.fs.appendFile('/tmp/log', `${text}\n`), line);
  await expect(screen(page)).toContainText('new two');
  await expect(screen(page)).not.toContainText('other');
  await page.keyboard.press('Control+c');
  await type(page, 'echo "after $?"');
  await expect(screen(page)).toContainText('after 130');
});

test('Ctrl-C ends a program, a runaway script and a line; Ctrl-Z stops, fg goes on', async ({
  page,
}) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'cat.wasm');
  await type(page, 'echoed');
  await expect(screen(page)).toContainText('echoedechoed');
  await page.keyboard.press('Control+c');
  await type(page, 'echo "one $?"');
  await expect(screen(page)).toContainText('one 130');
  await type(page, 'while :; do x=$((x + 1)); done');
  await page.waitForTimeout(300);
  await page.keyboard.press('Control+c');
  await type(page, 'echo "two $?"');
  await expect(screen(page)).toContainText('two 130');
  await page.keyboard.type('half a line');
  await page.keyboard.press('Control+c');
  await type(page, 'cat.wasm > /tmp/stopped');
  await type(page, 'kept');
  await holds(page, '/tmp/stopped', 'kept');
  await page.keyboard.press('Control+z');
  await expect(screen(page)).toContainText('Stopped');
  await type(page, 'jobs; fg');
  await page.waitForTimeout(200);
  await page.keyboard.press('Control+d');
  await type(page, 'cat /tmp/stopped; echo end of it');
  await expect(screen(page)).toContainText('keptend of it');
});

test('a job that goes on can be stopped again, a script with what it runs too', async ({
  page,
}) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'cat.wasm > /tmp/twice');
  for (const word of ['first', 'second']) {
    await type(page, word);
    await holds(page, '/tmp/twice', word);
    await page.keyboard.press('Control+z');
    await type(page, `echo "${word}: $?"`);
    await expect(screen(page)).toContainText(`${word}: 148`);
    await type(page, 'fg');
    await expect(screen(page)).toContainText('cat.wasm');
  }
  await page.keyboard.press('Control+d');
  await type(page, 'cat /tmp/twice; echo "ended $?"');
  await expect(screen(page)).toContainText('ended 0');
  await type(page, `echo 'cat.wasm > /tmp/script; echo over' > /tmp/s; sh /tmp/s`);
  await type(page, 'inside');
  await holds(page, '/tmp/script', 'inside');
  await page.keyboard.press('Control+z');
  await type(page, 'echo "script $?"; fg');
  await expect(screen(page)).toContainText('script 148');
  await type(page, 'again');
  await holds(page, '/tmp/script', 'again');
  await page.keyboard.press('Control+z');
  await type(page, 'echo "twice $?"; fg');
  await expect(screen(page)).toContainText('twice 148');
  await page.keyboard.press('Control+d');
  await expect(screen(page)).toContainText('over');
  await type(page, 'cat /tmp/script');
  await expect(screen(page)).toContainText('insideagain');
});

test('Ctrl-Z sets a whole line aside: pipelines with tools, loops, what waits for input; a job is stopped and ended by itself', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await start(page);
  await openTerminal(page);
  // A program and tools of the shell in one pipeline.
  await type(page, "cat.wasm | tr a-z A-Z | sed 's/X/-/' > /tmp/piped");
  await type(page, 'one x');
  await holds(page, '/tmp/piped', 'ONE -');
  await page.keyboard.press('Control+z');
  await expect(screen(page)).toContainText('Stopped');
  await type(page, 'echo "piped $?"');
  await expect(screen(page)).toContainText('piped 148');
  await type(page, 'fg');
  await type(page, 'two');
  await holds(page, '/tmp/piped', 'TWO');
  await page.keyboard.press('Control+d');
  await type(page, 'echo "ended $?"');
  await expect(screen(page)).toContainText('ended 0');
  // A tool of the shell that waits for what is typed takes none of it once it is stopped.
  await type(page, 'cat > /tmp/typed');
  await type(page, 'mine');
  await holds(page, '/tmp/typed', 'mine');
  await page.keyboard.press('Control+z');
  await type(page, 'echo "not for cat"; fg');
  await expect(screen(page)).toContainText('not for cat');
  await type(page, 'mine too');
  await holds(page, '/tmp/typed', 'mine too');
  await page.keyboard.press('Control+d');
  await type(page, 'cat /tmp/typed; echo all of it');
  await expect(screen(page)).toContainText(/mine\s*mine too\s*all of it/);
  // A program in the background waits with its reading until it is its turn.
  await type(page, 'cat.wasm > /tmp/turns');
  await type(page, 'first');
  await holds(page, '/tmp/turns', 'first');
  await page.keyboard.press('Control+z');
  await type(page, 'bg; echo "typed for the shell"');
  await expect(screen(page)).toContainText('typed for the shell');
  for (const word of ['one', 'two', 'three']) {
    await type(page, `echo "again ${word}"`);
    await expect(screen(page)).toContainText(`again ${word}`);
  }
  await type(page, 'fg');
  await type(page, 'its turn');
  await holds(page, '/tmp/turns', 'its turn');
  await page.keyboard.press('Control+d');
  // So does a tool of the shell, which shares its process; and what has a time limit reads in front.
  await type(page, 'echo "reads $?"; cat > /tmp/behind');
  await expect(screen(page)).toContainText('reads 0');
  await page.waitForTimeout(200);
  await page.keyboard.press('Control+z');
  await type(page, 'bg; echo "all of this"; echo "and all of that"');
  await expect(screen(page)).toContainText('and all of that');
  await type(page, 'kill %1; wait; cat /tmp/behind; echo "nothing behind"');
  await expect(screen(page)).toContainText('nothing behind');
  await type(page, 'timeout 30 cat.wasm > /tmp/limited');
  await type(page, 'in time');
  await holds(page, '/tmp/limited', 'in time');
  await page.keyboard.press('Control+d');
  // A loop stops where it is and goes on in the background, with the variables that it had.
  const count = (): Promise<number> =>
    page.evaluate(() => window.oanix.fs.readFile('/tmp/count', 'utf8').then(Number, () => 0));
  await type(
    page,
    'n=0; while :; do n=$((n + 1)); echo $n > /tmp/count; sum < /workspace/data/numbers.txt > /tmp/sum; done',
  );
  await expect.poll(count).toBeGreaterThan(3);
  await page.keyboard.press('Control+z');
  await type(page, 'n=mine; echo "loop $?"');
  await expect(screen(page)).toContainText('loop 0');
  const stopped = await count();
  await page.waitForTimeout(400);
  expect(await count()).toBe(stopped);
  await type(page, 'bg; jobs; echo "n is $n"');
  await expect(screen(page)).toContainText('n is mine');
  await expect.poll(count).toBeGreaterThan(stopped + 3);
  // Programs of it that end leave alone what is in front, also after it was in front itself.
  // A key that comes before the loop is in front is the shell's: it says when it brings the loop there.
  await type(page, 'clear; fg');
  await expect(screen(page)).toContainText('sum < /workspace/data/numbers.txt');
  await page.waitForTimeout(200);
  await page.keyboard.press('Control+z');
  await type(page, 'bg; cat.wasm > /tmp/front');
  const ran = await count();
  await type(page, 'in front');
  await holds(page, '/tmp/front', 'in front');
  await expect.poll(count).toBeGreaterThan(ran + 3);
  await type(page, 'still in front');
  await holds(page, '/tmp/front', 'still in front');
  await page.keyboard.press('Control+c');
  await type(page, 'echo "front $?"');
  await expect(screen(page)).toContainText('front 130');
  // What a person ends in front does not end it; it is stopped and ended by itself.
  await type(page, 'echo "sleeps $?"; sleep 1000');
  await expect(screen(page)).toContainText('sleeps 0');
  await page.waitForTimeout(200);
  await page.keyboard.press('Control+c');
  await type(page, 'echo "sleep $?"');
  await expect(screen(page)).toContainText('sleep 130');
  const then = await count();
  await expect.poll(count).toBeGreaterThan(then);
  await type(page, 'kill -STOP %1; echo held');
  await expect(screen(page)).toContainText('held');
  const held = await count();
  await page.waitForTimeout(400);
  expect(await count()).toBeLessThanOrEqual(held + 1);
  await type(page, 'kill %1; wait; jobs; echo "jobs left: $?"');
  await expect(screen(page)).toContainText('jobs left: 0');
  await type(page, 'echo "still $n"');
  await expect(screen(page)).toContainText('still mine');
});

test('what one command leaves of a stream the next one gets, and nobody waits for the rest', async ({
  page,
}) => {
  await start(page);
  await openTerminal(page);
  await type(page, "printf '1\\n2\\n3\\n' | { read x; sum; }");
  await expect(screen(page)).toContainText('2 numbers, sum 5');
  await type(page, '{ echo head; sleep 60; } | { read x; hello-wasi >/tmp/out; echo "got $x"; }');
  await expect(screen(page)).toContainText('got head');
  await page.keyboard.press('Control+c');
  await type(page, 'echo "then $?"');
  await expect(screen(page)).toContainText(/then \d/);
});

test('what is selected is copied, and pasted it is typed', async ({ page }) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'echo pick-$((6 * 7))');
  const row = page.locator('.xterm-rows > div').filter({ hasText: /^pick-42/ });
  const box = await row.boundingBox();
  if (!box) throw new Error('the row has no place');
  const middle = box.y + box.height / 2;
  await page.mouse.move(box.x + 1, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + 40, middle, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.press('Control+c');
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('echo got-');
  await page.keyboard.press('Control+v');
  await expect(screen(page)).toContainText('echo got-pi');
  await page.keyboard.press('Enter');
  await expect(screen(page)).toContainText(/got-pi[ck42-]*~/);
});

test('keys edit the line: history, completion, search; and the history is there after a reload', async ({
  page,
}) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'echo first-command');
  await expect(screen(page)).toContainText('first-command');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.type('-again');
  await page.keyboard.press('Enter');
  await expect(screen(page)).toContainText('first-command-again');
  await page.keyboard.type('hello-w');
  await page.keyboard.press('Tab');
  await page.keyboard.type('| wc.wasm -l');
  await page.keyboard.press('Enter');
  await expect(screen(page)).toContainText('hello-wasi | wc.wasm -l');
  await page.keyboard.type('cat /home/no');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(screen(page)).toContainText('This file is kept in your browser');
  await page.evaluate(() => window.oanix.fs.sync());
  await page.reload();
  await start(page);
  await openTerminal(page);
  await page.keyboard.press('Control+r');
  await page.keyboard.type('again');
  await page.keyboard.press('Enter');
  await expect(screen(page)).toContainText('first-command-again');
});

test('several at once, each with its size; closing one ends what runs in it @person', async ({
  page,
}) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'x=in-the-first; cat /dev/winsize');
  await expect(screen(page)).toContainText(/\d+ \d+/);
  await press(page, 'New terminal');
  await expect(page.getByRole('tab', { name: /^sh/ })).toHaveCount(2);
  await page.locator('.xterm-helper-textarea').focus();
  await type(page, 'echo "x is [$x]"; sleep 1000');
  await expect(screen(page)).toContainText('x is []');
  // The first is as it was: what it printed, and what it knows.
  await page.getByRole('tab', { name: /^sh/ }).first().click();
  await expect(screen(page)).toContainText('in-the-first');
  await page.locator('.xterm-helper-textarea').focus();
  await type(page, 'echo "x is [$x]"');
  await expect(screen(page)).toContainText('x is [in-the-first]');
  await page.getByRole('tab', { name: /^sh/ }).nth(1).click();
  await press(page, 'Close sh');
  await expect(page.getByRole('tab', { name: /^sh/ })).toHaveCount(1);
  await type(page, 'exit');
});

test('what is mounted in a terminal the page shows; a fork keeps it to itself', async ({
  page,
}) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'mount mem /scratch && echo text > /scratch/file');
  await expect(page.locator('.side').getByText('/scratch', { exact: true })).toBeVisible();
  await type(page, "fork sh -c 'bind /tmp /scratch; ls /scratch; ns | tail -1'");
  await expect(screen(page)).toContainText('bind /tmp /scratch');
  await type(page, 'cat /scratch/file; unmount /scratch; mount --help');
  await expect(screen(page)).toContainText('usage: mount');
  await expect(page.locator('.side').getByText('/scratch', { exact: true })).toHaveCount(0);
  await type(page, 'man proc | head -n 1; open /home/notes.md');
  await expect(screen(page)).toContainText('ProcFs (proc)');
  await expect(page.getByLabel('Path', { exact: true })).toHaveValue('/home/notes.md');
});

test('a script of a confined process mounts nothing and sees no strangers', async ({ page }) => {
  await start(page);
  const tried = await page.evaluate(async () => {
    const script = `mount mem /x; echo "mount $?"; bind /tmp /workspace; echo "bind $?"
      ls /proc; kill 1; echo "kill $?"; cat /proc/1/ns; echo "read $?"`;
    await window.oanix.fs.writeFile('/tmp/try.sh', `#!/bin/sh\n${script}`);
    return window.oanix.run('/tmp/try.sh');
  });
  expect(tried.stdout).toMatch(/^mount 1\nbind 0\n\d+\nself\nkill 1\nread 1\n$/);
  expect(tried.stderr).toContain('only the page and its terminals mount services');
});

test('life plays on a raw terminal, and leaves it cooked', async ({ page }) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'life');
  await expect(screen(page)).toContainText(/generation \d+/);
  await page.keyboard.press(' ');
  await expect(screen(page)).toContainText('(stopped)');
  await page.keyboard.press('q');
  await type(page, 'echo back at the prompt');
  await expect(screen(page)).toContainText('back at the prompt');
});

test('a script takes a key at once, and a password that nobody sees', async ({ page }) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'read -p "sure? " -s -n1 key; echo "key <$key>"');
  await expect(screen(page)).toContainText(/sure\?\s*$/);
  await page.keyboard.press('y');
  await expect(screen(page)).toContainText('key <y>');
  await type(page, 'read -rsp "word: " word; echo "as $word" | wc -c');
  await expect(screen(page)).toContainText(/word:\s*$/);
  await type(page, 'hidden');
  await expect(screen(page)).toContainText('10');
  await expect(screen(page)).not.toContainText('hidden');
});

test('less pages a text, finds a word in it, and gives the screen back', async ({ page }) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'echo before; seq -f "number %g" 1 500 | less');
  await expect(screen(page)).toContainText('number 1number 2');
  await expect(screen(page)).not.toContainText('before');
  await page.keyboard.press('G');
  await expect(screen(page)).toContainText('number 500(END)');
  await page.keyboard.press('g');
  await expect(screen(page)).toContainText('number 1number 2');
  await type(page, '/er 25[3-4]');
  await expect(screen(page)).toContainText('number 253number 254');
  await page.keyboard.press('q');
  await type(page, 'echo "back $?"');
  await expect(screen(page)).toContainText('back 0');
  await expect(screen(page)).toContainText('before');
  await expect(screen(page)).not.toContainText('number 253');
});

test('a path in the file tree is where one is: the panel goes and comes without losing a process @person', async ({
  page,
}) => {
  await start(page);
  await openTerminal(page);
  await type(page, 'marker=alive');
  await press(page, 'Processes');
  await expect(page.getByRole('tabpanel', { name: 'Processes' })).toContainText('sh');
  await press(page, 'Processes');
  await page.locator('.xterm-helper-textarea').focus();
  await type(page, 'echo "still $marker"');
  await expect(screen(page)).toContainText('still alive');
  await goTo(page, '/proc');
  await expect(page.getByRole('option', { name: 'self', exact: true })).toBeVisible();
});

test('what the terminal answers after a program has ended does not stand at the prompt', async ({
  page,
}) => {
  await start(page);
  await openTerminal(page);
  // Asks for device attributes, the place of the cursor, a colour and a setting, and waits for no answer.
  for (const question of ['[c', '[>c', '[6n', ']11;?\\007', ']4;1;?\\007', 'P$qm\\033\\\\'])
    await type(page, `printf '\\033${question}'`);
  await type(page, 'echo "the line is $((40 + 2))"');
  await expect(screen(page)).toContainText('the line is 42');
  await expect(screen(page)).not.toContainText(/rgb:|1;2c|276;0c|\d+;\d+R|1\$r/);
});

test('a link that a program prints shows where it leads before it opens, and leads to web addresses alone', async ({
  page,
  context,
}) => {
  const asked: string[] = [];
  await context.route(/host\.example/, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ contentType: 'text/html', body: '<title>outside</title>' });
  });
  await start(page);
  const link = (url: string, text: string): string => `\x1b]8;;${url}\x1b\\${text}\x1b]8;;\x1b\\\n`;
  const harmless = 'https://host.example/take?secret=1';
  const dangerous = {
    script: 'javascript:document.title="taken"',
    capitals: 'JaVaScRiPt:document.title="taken"',
    data: 'data:text/html,<script>opener.document.title="taken"</script>',
    blob: 'blob:http://127.0.0.1/1',
    disk: 'file:///etc/passwd',
    mail: 'mailto:someone@host.example',
    source: 'view-source:http://host.example/',
  };
  const links = [link(harmless, 'a-harmless-word')];
  for (const [name, url] of Object.entries(dangerous)) links.push(link(url, `a-${name}-word`));
  links.push('http://host.example/plain\n');
  await page.evaluate((text) => window.oanix.fs.writeFile('/tmp/links', text), links.join(''));
  await openTerminal(page);
  await type(page, 'cat /tmp/links');
  await expect(screen(page)).toContainText('http://host.example/plain');
  const title = await page.title();
  const click = async (text: string): Promise<void> => {
    const word = page.locator('.xterm-rows > div').filter({ hasText: text });
    const { x, y, height } = (await word.boundingBox()) as { x: number; y: number; height: number };
    // The pointer rests, then moves: the terminal looks for a link where it moves to.
    await page.mouse.move(x + 40, y + height / 2 + 1);
    await page.mouse.move(x + 20, y + height / 2);
    await page.waitForTimeout(100);
    await page.mouse.click(x + 20, y + height / 2);
  };
  const question = page.getByRole('dialog').filter({ hasText: 'Open this address in a new tab?' });
  for (const name of Object.keys(dangerous)) {
    await click(`a-${name}-word`);
    await expect(question).toBeHidden();
  }
  await click('a-harmless-word');
  await expect(question).toContainText(harmless);
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await click('http://host.example/plain');
  await expect(question).toContainText('http://host.example/plain');
  expect(asked).toEqual([]);
  expect(context.pages()).toHaveLength(1);
  expect(await page.title()).toBe(title);
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    question.getByRole('button', { name: 'Open' }).click(),
  ]);
  await opened.waitForURL('http://host.example/plain');
  expect(await opened.evaluate(() => window.opener)).toBeNull();
});
