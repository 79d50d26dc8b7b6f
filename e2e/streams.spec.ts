/** Streams, logs and the calls of programs are seen as they come. */
import { expect, goTo, press, result, start, test, ways } from './oanix.ts';

test('a stream shows as it comes, and is left alone when it is not looked at @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.ask('/dev/pipes/clone', '').catch(() => undefined));
  const pid = await page.evaluate(async () => {
    const spawned = await window.oanix.spawn('/bin/sh', {
      args: ['sh', '-c', 'while true; do cat /workspace/hello.txt; sleep 0.2; done'],
      namespace: 'share',
    });
    return spawned.pid;
  });
  await goTo(page, `/proc/${pid}/stdout`);
  await expect(page.getByRole('region', { name: 'What it gave' })).toContainText('Hello from');
  await press(page, 'Pause');
  await expect(page.getByText('Paused: it is not read.')).toBeVisible();
  await page.evaluate((id) => window.oanix.fs.tell(`/proc/${id}/ctl`, 'kill\n'), pid);
});

for (const way of ways) {
  test(`each call of a program is seen, also the refused, as a list and as a flame (${way})`, async ({
    page,
  }) => {
    await start(page);
    await goTo(page, '/bin/hello-wasi.wasm', way);
    await press(page, 'Run…', way);
    await press(page, 'Run', way);
    await expect(result(page)).toContainText('exited 0');
    await press(page, 'Trace', way);
    const calls = page.getByRole('table', { name: 'Calls' });
    await expect(calls).toContainText('/workspace/hello.txt');
    await expect(page.getByText(/^\d+ of \d+ calls, \d+ refused$/)).toBeVisible();
    await page.getByLabel('Calls that have').pressSequentially('hello.txt !close');
    await expect(page.getByText(/^[1-9] of \d+ calls/)).toBeVisible();
    await press(page, 'Flame', way);
    const flame = page.getByRole('region', { name: 'Flame of calls by path' });
    // By their number, which is the same each time; what is narrow by time cannot be pressed.
    await flame.getByRole('combobox').selectOption('calls');
    await expect(flame.getByRole('button', { name: /^\/workspace\/hello\.txt: / })).toBeVisible();
    await press(page, 'Save', way);
    await press(page, 'Show', way);
    await expect(page.getByRole('table', { name: 'Lines' })).toContainText('/tmp/output.txt');
  });
}

test('a log follows its end, filtered by level and words @person', async ({ page }) => {
  await start(page);
  const lines = Array.from({ length: 3000 }, (_, i) => `INFO line ${i}`);
  await page.evaluate(
    (text) => window.oanix.fs.writeFile('/home/server.log', text),
    `${lines.join('\n')}\nWARN slow\nERROR disk\n`,
  );
  await goTo(page, '/home/server.log');
  const log = page.getByRole('region', { name: 'Lines' });
  await expect(log).toContainText('ERROR disk');
  await page.evaluate(() => window.oanix.fs.appendFile('/home/server.log', 'ERROR again\n'));
  await expect(log).toContainText('ERROR again');
  await page.getByLabel('Level').selectOption('warn');
  await expect(page.getByText('3 of 3,003 lines')).toBeVisible();
  await page.getByLabel('Lines that have').pressSequentially('disk');
  await expect(page.getByText('1 of 3,003 lines')).toBeVisible();
  await expect(log).not.toContainText('WARN');
});
