/** The build's part of the page without a network: `sw.js`, with the files that it keeps and their version. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';

const SOURCE = 'src/offline/serviceworker.js';

/** Pictures of the README and maps for debuggers are no part of the page, nor letters of other scripts. */
const isLeftOut = (file: string): boolean =>
  /\.(map|png)$|^sw\.js$|^licences\.txt$|(cyrillic|greek|vietnamese|latin-ext)/.test(file);

export function offline(): Plugin {
  let isBuild = false;
  return {
    name: 'offline',
    configResolved: ({ command }) => {
      isBuild = command === 'build';
    },
    // The bundle is whole, with what other plugins have put into it, and so is the folder it was written to.
    writeBundle: {
      order: 'post',
      sequential: true,
      handler({ dir = 'dist' }) {
        if (!isBuild) return;
        const files = readdirSync(dir, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
          .filter((file) => !isLeftOut(file))
          .sort();
        const hash = createHash('sha256');
        for (const file of files) hash.update(file).update(String(statSync(join(dir, file)).size));
        for (const file of files.filter((each) => !each.startsWith('assets/')))
          hash.update(readFileSync(join(dir, file)));
        const wanted = files.map((file) => (file === 'index.html' ? './' : encodeURI(`./${file}`)));
        writeFileSync(
          join(dir, 'sw.js'),
          readFileSync(SOURCE, 'utf8')
            .replace('__VERSION__', hash.digest('hex').slice(0, 16))
            .replace('__FILES__', JSON.stringify(wanted)),
        );
      },
    },
  };
}
