/** Connections that stay: WebSockets and relays, which programs and people have by grant. */
import { startRelay, type TestRelay } from '../src/testing/relay.ts';
import { startWsServer, type TestWsServer } from '../src/testing/wsserver.ts';
import { mount } from './granting.ts';
import { expect, expected, goTo, press, start, test } from './oanix.ts';

let ws: TestWsServer;
let relay: TestRelay;
test.beforeAll(async () => {
  [ws, relay] = await Promise.all([startWsServer(), startRelay()]);
});
test.afterAll(async () => {
  await Promise.all([ws.close(), relay.kill()]);
});

test('a WebSocket that nobody answers is left at once by close, and the next one opens', async ({
  page,
}) => {
  // The browser says that a connection was given up.
  expected.patterns.push(/WebSocket connection to|can.t establish a connection|was interrupted/);
  await start(page);
  await mount(page, 'ws', { origins: [ws.url] });
  const tell = (path: string, text: string): Promise<void> =>
    page.evaluate(
      ([to, what]) => window.oanix.fs.writeFile(to as string, what as string),
      [path, text],
    );
  const status = (id: string): Promise<{ state: string; protocol?: string }> =>
    page.evaluate(
      async (path) => JSON.parse(await window.oanix.fs.readFile(path, 'utf8')),
      `/cap/ws/conns/${id}/status`,
    );
  await tell('/cap/ws/control', JSON.stringify({ id: 'silent', url: `${ws.url}/silent` }));
  await expect.poll(() => ws.silent()).toBe(1);
  await tell('/cap/ws/conns/silent/ctl', 'close\n');
  expect((await status('silent')).state).toBe('closed');
  const protocols = ['a', 'b'];
  await tell('/cap/ws/control', JSON.stringify({ id: 'next', url: `${ws.url}/echo`, protocols }));
  await expect.poll(async () => (await status('next')).state).toBe('open');
  expect((await status('next')).protocol).toBe('b');
});

test('a person talks over a WebSocket and sees each frame @person', async ({ page }) => {
  await start(page);
  await mount(page, 'ws', { origins: [ws.url] });
  await goTo(page, '/cap/ws');
  await page.getByLabel('URL').fill(`${ws.url}/echo`);
  await press(page, 'Connect');
  const connection = page.getByRole('region', { name: 'Connection conn-1' });
  await expect(connection).toContainText('open');
  await connection.getByRole('button', { name: ws.url }).click();
  await page.getByLabel('Text').fill('good morning');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Frames' })).toContainText('good morning');
  await expect(page.getByRole('list', { name: 'Frames' }).getByRole('listitem')).toHaveCount(2);
  await press(page, 'Close conn-1');
  await expect(connection).toContainText('closed');
});

test('a person makes a key, publishes, and follows a feed while the relay is restarted @person', async ({
  page,
}) => {
  // The browser says that a relay is gone.
  expected.patterns.push(/WebSocket connection to|can.t establish a connection|was interrupted/);
  const own = await startRelay();
  try {
    await start(page);
    await press(page, 'Network');
    await press(page, 'Keys');
    await press(page, 'Add a key…');
    await page.getByLabel('Name', { exact: true }).fill('me');
    await page.getByLabel('A passphrase that it is kept under').fill('a long passphrase');
    await press(page, 'Add');
    await expect(page.getByRole('region', { name: 'Keys' })).toContainText('ready');
    await press(page, 'Grants');
    await press(page, 'Grant…');
    await page.locator('select[name=cap]').selectOption('nostr');
    await page.getByLabel('Relays, one per line').fill(own.url);
    await press(page, 'Grant');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await press(page, 'Nostr');
    await press(page, 'Subscribe');
    await page.getByLabel('Content').fill('hello from a tab');
    await press(page, 'Publish');
    await expect(page.getByRole('list', { name: 'Events', exact: true })).toContainText(
      'hello from a tab',
    );
    await expect(page.getByRole('list', { name: 'Sent events' })).toContainText('ok');
    await own.kill();
    await page.getByLabel('Content').fill('while it was away');
    await press(page, 'Publish');
    await own.start();
    await expect(page.getByRole('list', { name: 'Events', exact: true })).toContainText(
      'while it was away',
    );
    // After a reload the key is locked, and its passphrase opens it.
    await page.reload();
    await page.evaluate(() => window.oanix.ready);
    await press(page, 'Network');
    await press(page, 'Keys');
    await expect(page.getByRole('region', { name: 'Keys' })).toContainText('locked');
    await press(page, 'Unlock me');
    await page.getByRole('textbox', { name: 'Passphrase' }).fill('a long passphrase');
    await press(page, 'Unlock');
    await expect(page.getByRole('region', { name: 'Keys' })).toContainText('ready');
  } finally {
    await own.kill();
  }
});

test('a job over a relay is answered by a program in an environment of its own', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(async () => {
    await window.oanix.capabilities.generateKey('me', 'a long passphrase');
    await window.oanix.capabilities.generateKey('provider', 'a long passphrase');
  });
  await mount(page, 'nostr', { relays: [relay.url], kinds: ['5000-5999'] });
  const outcome = await page.evaluate(async (r) => {
    const { fs } = window.oanix;
    const offer = {
      kind: 5555,
      relays: [r],
      identity: 'provider',
      job: { Wasi: { path: '/bin/wc.wasm', args: ['/task/spec.json'] } },
    };
    const served = await fs.ask('/envs/serve', JSON.stringify(offer));
    const { id } = JSON.parse(
      await fs.ask('/cap/nostr/request', JSON.stringify({ kind: 5555, input: 'one two three' })),
    ) as { id: string };
    return { served, outcome: await fs.readFile(`/cap/nostr/jobs/${id}/wait`, 'utf8') };
  }, relay.url);
  expect(JSON.parse(outcome.served)).toEqual({ id: 'service-1' });
  expect(JSON.parse(outcome.outcome)).toMatchObject({
    status: 'completed',
    content: expect.stringContaining('/task/spec.json'),
  });
});
