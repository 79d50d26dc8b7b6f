/** du beside Debian's, where directories take blocks of their own: those that are shown here are of files. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

describe.runIf(isDebian)('du counts as Debian has it', () => {
  it.each([
    'printf abc > f; head -c 5000 /dev/zero > g; du f g; du -b f g; du -a f; du -c f g; du -h g; du -k f; du -m f; du --apparent-size g f; du -B1 f; du -BK f g; du --block-size=M f; du -B 1000 g; du -B kB g; du -bh g; du -hb g; du -0 f g | od -c | head -2; du -s f; du --si g; du -ch f g; du -sb f g; du --inodes f g; du -c --inodes f g',
    `du -q; echo $?; du nosuch; echo $?; printf x > f; du nosuch f; echo $?; du -as f; echo $?; du -s -d0 f; du -s -d 1 f; echo $?; du -d x f; echo $?; du -d -1 f; echo $?; du -B x f; echo $?; du -B 0 f; echo $?; du --block-size=x f; du -t x f; echo $?; du --block-size=1x f; du f/x; echo $?; du ''; echo $?; du -X nosuch f; echo $?; du -B1z f; du -B z f`,
    'printf abc > f; ln f h; ln -s f l; ln -s nope n; du f h; du -l f h; du f f; du -l f f; du l n; du -L l f; du -L n; echo $?; du -D l; du -H l n; echo $?; du -P l; du -ab f h l; du -bL l',
    `mkdir d; printf abc > d/f; cd d; du -ab --exclude='*' f; du -a f --exclude f; du -a ../d/f --exclude d; printf 'f\\n' > x; du -X x f x; du -X - f x < x; du -t 4K f; du -t 5K f; du -t -4K f; du -t -3K f; du -t 0 f; du -t -0 f; echo $?; DU_BLOCK_SIZE=1 du f; BLOCK_SIZE=human-readable du f; BLOCKSIZE=1M du f; POSIXLY_CORRECT=1 du f; DU_BLOCK_SIZE=zz du f; head -c 2000000 /dev/zero > b; du -h b; du -hb b; du --si b; du -h --apparent-size b; du -hc b f`,
    `mkdir -p d/e/g d/k; printf abc > d/f; head -c 5000 /dev/zero > d/e/h; printf x > d/e/g/i; ln d/f d/k/j; du -a d | grep -v '/[egk]$' | grep / | sort -k2; du -ab d/k d/f | grep f; du -a -d1 d | cut -f2 | sort; du d | cut -f2 | sort; du -s d | cut -f2; du -S d | cut -f2 | sort; du -c d | cut -f2 | sort; du d/e d | cut -f2 | sort; du d d/e | cut -f2| sort; du --inodes d | sort; du --inodes -S d | sort; du --inodes -s d; du --inodes -a d | sort; du --exclude='g' --inodes d | sort; du --exclude 'd/e/*' --inodes d | sort; du --inodes -d1 d | sort; du --inodes d/ | sort; du --inodes . | sort; du --inodes -L d | sort; ln -s .. d/up; du -L --inodes d | sort; cd d; du --inodes | sort;  du --inodes -l | sort; du --inodes -c . .. | sort`,
  ])('%s', (script) => expectDebian(`{ ${script}\n} 2>&1`));
});

const tree =
  'mkdir -p d/e d/empty; printf abc > d/f; head -c 5000 /dev/zero > d/e/g; ln d/e/g d/e/h; ln -s f d/l; ';

describe('directories', () => {
  it.each([
    ['du d', '8\td/e\n0\td/empty\n12\td\n'],
    ['du -b d', '5000\td/e\n0\td/empty\n5004\td\n'],
    ['du -S d', '8\td/e\n0\td/empty\n4\td\n'],
    ['du -sc d', '12\td\n12\ttotal\n'],
    ['du -sl d', '20\td\n'],
    ['du -d1 -h d', '8.0K\td/e\n0\td/empty\n12K\td\n'],
    ['du --exclude e d', '0\td/empty\n4\td\n'],
    ['du -t1 d', '8\td/e\n12\td\n'],
  ])('%s adds up what is in them', async (command, expected) => {
    const sorted = (text: string): string[] => text.split('\n').sort();
    expect(sorted((await ours(tree + command)).stdout)).toEqual(sorted(expected));
  });

  it('stay out where they are on another device', async () => {
    const { stdout } = await ours(
      'mkdir -p d/m; printf abc > d/f; bind /dev d/m; du -ax d; du -x d/m | cut -f2',
    );
    expect(stdout).toBe('4\td/f\n4\td\nd/m\n');
  });

  it('count once where a link leads up', async () => {
    const { stdout } = await ours('mkdir -p d/e; printf abc > d/f; ln -s .. d/e/up; du -L d');
    expect(stdout).toBe('0\td/e\n4\td\n');
  });
});
