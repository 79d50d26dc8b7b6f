/** PDF in the viewer of the browser, which a document cannot use to reach the network. */
import { expect, expected, goTo, press, start, test } from './oanix.ts';

/** A page of text, with a script that runs when the document is opened and asks for a request. */
const pdf = (): string =>
  [
    '%PDF-1.4',
    '1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(',
    'this.submitForm\\("http://127.0.0.1:9/leak"\\); app.launchURL\\("http://127.0.0.1:9/leak"\\))>>>>endobj',
    '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R',
    '/Resources<</Font<</F1 5 0 R>>>>>>endobj',
    '4 0 obj<</Length 41>>stream',
    'BT /F1 24 Tf 50 100 Td (Hello PDF) Tj ET',
    'endstream endobj',
    '5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj',
    'trailer<</Root 1 0 R>>',
    '%%EOF',
  ].join('\n');

test('a PDF is shown by the viewer of the browser when it is wanted, and asks the network for nothing @windows', async ({
  page,
  baseURL,
}) => {
  // The viewers of the browsers remark on documents.
  expected.patterns = [/Warning: |PDF|pdf/];
  const outside: string[] = [];
  page.context().on('request', (request) => {
    const url = request.url();
    const isOurs = url.startsWith(baseURL ?? '') || url.startsWith('blob:');
    if (!isOurs && !/^(chrome-extension|resource|data|moz-extension|chrome):/.test(url))
      outside.push(url);
  });
  await start(page);
  await page.evaluate((text) => window.oanix.fs.writeFile('/home/paper', text), pdf());
  await goTo(page, '/home/paper');
  await expect(page.getByText('This is a PDF document')).toBeVisible();
  await expect(page.locator('iframe')).toHaveCount(0);
  await press(page, 'Show the document');
  const frame = page.locator('iframe[title="Document paper"]');
  await expect(frame).toHaveAttribute('src', /^blob:/);
  // A frame that the policy refuses has the address of an error.
  await expect.poll(() => page.frames().some((each) => each.url().startsWith('blob:'))).toBe(true);
  await page.waitForTimeout(1500);
  expect(outside).toEqual([]);
  // The page goes on, and its files are as they were.
  await press(page, 'Text');
  await expect(page.locator('.cm-content')).toContainText('Hello PDF');
});
