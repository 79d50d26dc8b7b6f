/** The catalogue: what others made, installed from packages, each in real use. */
import { expect, expected, type Page, press, start, test } from './oanix.ts';

test.setTimeout(180_000);

async function install(page: Page, name: string): Promise<void> {
  await press(page, 'Programs to install');
  await press(page, `Install ${name}`);
  await expect(page.getByRole('button', { name: `Remove ${name}` })).toBeVisible({
    timeout: 120_000,
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click();
}

const sh = (page: Page, text: string) =>
  page.evaluate(async (script) => {
    const { exit_code, stdout, stderr } = await window.oanix.run('/bin/sh', {
      args: ['sh', '-c', script],
      cwd: '/home',
    });
    return { exit_code, stdout, stderr };
  }, text);

test('clang: C is compiled and linked here, runs, and is there after a reload @chromium', async ({
  page,
}) => {
  await start(page);
  await install(page, 'clang');
  await page.evaluate(() =>
    window.oanix.fs.writeFile(
      '/home/hello.c',
      '#include <stdio.h>\n#include <string.h>\nint main(int n, char **a) { printf("%d %zu\\n", n - 1, strlen(a[1])); return 3; }\n',
    ),
  );
  expect(await sh(page, 'cc hello.c -o hello.wasm && ./hello.wasm word')).toEqual({
    exit_code: 3,
    stdout: '1 4\n',
    stderr: '',
  });
  const wrong = await sh(page, 'echo "int main( {" > bad.c; cc bad.c; echo "status $?"');
  expect(wrong.stderr).toContain('bad.c:1:11: error');
  expect(wrong.stdout).toBe('status 1\n');
  const steps = await sh(
    page,
    `cc --version | head -n 1; echo 'int two = 1 + ONE;' > two.c; cc -DONE=1 -E two.c | tail -n 1
     cc -D ONE=1 -S two.c && grep -c two: two.s; echo 'int x;' | cc -x c -c - -o x.o && ls x.o`,
  );
  expect(steps.stdout).toMatch(/^clang version 22.*\nint two = 1 \+ 1;\n1\nx\.o\n$/);
  // The page's /bin shows what is in /home/bin.
  const direct = await page.evaluate(() =>
    window.oanix.run('/bin/clang.wasm', { args: ['clang', '--version'] }),
  );
  expect(direct.stdout).toContain('clang version 22');
  await page.reload();
  await start(page);
  expect((await sh(page, './hello.wasm ab; clang --version | head -n 1')).stdout).toMatch(
    /^1 2\nclang version 22/,
  );
});

test('Ruby: a script with its library, arguments and files @chromium', async ({ page }) => {
  await start(page);
  await install(page, 'ruby');
  await page.evaluate(() =>
    window.oanix.fs.writeFile(
      '/home/try.rb',
      "require 'json'\nputs JSON.generate(args: ARGV, sum: (1..10).sum)\nFile.write('/tmp/from-ruby', 'x')\nexit 4\n",
    ),
  );
  expect(await sh(page, "ruby try.rb 'a b'; echo $?; cat /tmp/from-ruby")).toMatchObject({
    stdout: '{"args":["a b"],"sum":55}\n4\nx',
  });
});

test('Python: the REPL in a terminal, with Ctrl-C and Ctrl-D @person', async ({ page }) => {
  await start(page);
  await install(page, 'python');
  await press(page, 'New terminal');
  const screen = page.locator('.xterm-accessibility-tree');
  await expect(screen).toContainText('$');
  await page.locator('.xterm-helper-textarea').focus();
  const type = async (line: string): Promise<void> => {
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
  };
  await type('python');
  await expect(screen).toContainText('>>>', { timeout: 60_000 });
  await type('print(sum(range(100)))');
  await expect(screen).toContainText('4950');
  await type('import os; sorted(os.listdir("/lib/man"))[:2]');
  await expect(screen).toContainText("['archive.md', 'cap.md']");
  await page.keyboard.press('Control+d');
  await type('echo "python left with $?"');
  await expect(screen).toContainText('python left with 0');
});

test('ripgrep: rg is the program, and its stand-in again when it is removed @chromium', async ({
  page,
}) => {
  await start(page);
  await install(page, 'ripgrep');
  const found = await sh(
    page,
    `type rg; rg --version | head -n 1; mkdir -p tree/deep; echo 'a needle' > tree/deep/x; echo hay > tree/y
     rg -n needle tree; rg -c hay < tree/y; cat tree/y | rg -n hay; rg nothing tree; echo $?`,
  );
  expect(found.stdout).toMatch(
    /^rg is \/bin\/rg\nripgrep 15\.\d.*\ntree\/deep\/x:1:a needle\n1\n1:hay\n1\n$/,
  );
  await page.evaluate(() => window.oanix.catalogue.remove('ripgrep'));
  expect((await sh(page, 'ls /bin/rg*; rg -n needle tree')).stdout).toBe(
    'tree/deep/x:1:a needle\n',
  );
});

test('pandoc: Markdown becomes HTML, and docx becomes Markdown again @chromium', async ({
  page,
}) => {
  await start(page);
  await install(page, 'pandoc');
  const { stdout, stderr } = await sh(
    page,
    `echo '# One *two*' | pandoc; echo '1. first' > a.md; pandoc a.md -o a.docx && pandoc a.docx -t markdown
     head -n 1 lib/pandoc/LICENSE`,
  );
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^<h1 id="one-two">One <em>two<\/em><\/h1>\n1\. {2}first\n.*MIT License/);
});

test('Flite: a sentence becomes sound @chromium', async ({ page }) => {
  await start(page);
  await install(page, 'flite');
  const { stdout } = await sh(
    page,
    `flite -t 'Hello, world' -o hello.wav; head -c 4 hello.wav; echo; [ $(stat -c %s hello.wav) -gt 10000 ] && echo long`,
  );
  expect(stdout).toBe('RIFF\nlong\n');
});

test('what the server does not have is said, with what to do', async ({ page }) => {
  expected.patterns.push(/404/);
  await page.route('**/packages/**', (route) => route.fulfill({ status: 404, body: '' }));
  await start(page);
  expect(
    await page.evaluate(() =>
      window.oanix.catalogue.install('ruby').catch((error: Error) => error.message),
    ),
  ).toContain('npm start');
  const console_ = await page.evaluate(() => window.oanix.catalogue.list());
  expect(console_.find(({ name }) => name === 'ruby')?.installed).toBe(false);
});
