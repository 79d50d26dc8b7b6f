/** Scripts in the page do what they do by bash: on each rung a part of them, since all of them run under Node. */
import { cases } from '../src/shell/cases.ts';
import { bash, bashEnvironment as env, realBash } from '../src/testing/bash.ts';
import { expect, start, test } from './oanix.ts';

/** Each fifth script, of every group some; OANIX_SCRIPTS=all takes all of them. */
const STEP = process.env['OANIX_SCRIPTS'] === 'all' ? 1 : 5;

test('scripts do as they do by bash @chromium', async ({ page }, { project }) => {
  test.skip(!bash, 'there is nothing to compare with where bash is not installed');
  test.setTimeout(STEP === 1 ? 900_000 : 180_000);
  await start(page);
  const first = project.name.endsWith('JSPI') ? 2 : 0;
  const scripts = Object.values(cases)
    .flat()
    .filter((_, at) => at % STEP === first % STEP);
  const here = await page.evaluate(
    async ({ scripts: all, env: variables }) => {
      const { oanix } = window;
      const outcomes: string[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < all.length) {
          const at = next++;
          const cwd = `/tmp/case-${at}`;
          await oanix.fs.mkdir(cwd);
          const args = ['bash', '-c', all[at] as string, 'bash'];
          const { stdout, exit_code } = await oanix.run('/bin/bash', { args, cwd, env: variables });
          outcomes[at] = `${stdout}status ${exit_code}`;
        }
      };
      await Promise.all(Array.from({ length: 4 }, work));
      return outcomes;
    },
    { scripts, env },
  );
  const differences = scripts.flatMap((script, at) => {
    const { stdout, status } = realBash(script);
    const expected = `${stdout}status ${status}`;
    return here[at] === expected ? [] : [{ script, here: here[at], expected }];
  });
  expect(differences).toEqual([]);
});
