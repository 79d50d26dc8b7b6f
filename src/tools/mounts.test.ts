/** Tools across mounts: a file service that is mounted in two places is one device, two services are two. */
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { never } from '../kernel/service.ts';
import { text } from '../testing/kernel.ts';
import { shBytes } from '../testing/shell.ts';

/** Memory at `/m1` and `/m2`. */
async function mountTwo(kernel: Kernel, process: Process): Promise<void> {
  for (const at of ['/m1', '/m2'])
    await kernel.call(
      process,
      'mount',
      { spec: { kind: 'mem' }, at, flags: { create: true } },
      never,
    );
}

/** What a script prints where `/b` shows what is in `/m1`. */
async function across(script: string): Promise<string> {
  const { stdout } = await shBytes(
    `mkdir /b; bind /m1 /b; { ${script}; } 2>&1`,
    undefined,
    mountTwo,
  );
  return text(stdout);
}

describe('one service in two places', () => {
  it('is one device', async () => {
    expect(await across('touch /m1/f; stat -c %d:%i /m1 /b /m1/f /b/f | uniq -c | cut -c1-7')).toBe(
      '      2\n      2\n',
    );
  });

  it.each([
    ['cp /m1/f /b/f', "cp: '/m1/f' and '/b/f' are the same file"],
    ['mv /m1/f /b/f', "mv: '/m1/f' and '/b/f' are the same file"],
    ['ln -f /m1/f /b/f', "ln: '/m1/f' and '/b/f' are the same file"],
    ['cat /m1/f >> /b/f', 'cat: /m1/f: input file is output file'],
    ['cp -r /m1/d /b/d', "cp: cannot copy a directory, '/m1/d', into itself, '/b/d/d'"],
    ['mv /m1/d /b/d', "mv: cannot move '/m1/d' to a subdirectory of itself, '/b/d/d'"],
    ['[ /m1/f -ef /b/f ] || echo two', ''],
  ])('%s sees that', async (command, said) => {
    expect(await across(`echo x > /m1/f; mkdir /m1/d; ${command}; cat /m1/f`)).toBe(
      `${said}${said && '\n'}x\n`,
    );
  });

  it('is searched through with -xdev', async () => {
    expect(
      await across('mkdir /m1/d /m1/c; touch /m1/d/f; bind /m1/d /m1/c; find /m1 -xdev | sort'),
    ).toBe('/m1\n/m1/c\n/m1/c/f\n/m1/d\n/m1/d/f\n');
  });

  it('is moved within, also by a symlink that leads there', async () => {
    expect(
      await across(
        'mkdir /m1/d; touch /m1/f; ln -s /m1 /home/s; mv -v /m1/f /b/g; mv -v /m1/g /home/s/h; ln /b/h /home/s/i; echo $?; mv -v /home/s/i /home/s/d/; ls -R /b',
      ),
    ).toBe(
      "renamed '/m1/f' -> '/b/g'\nrenamed '/m1/g' -> '/home/s/h'\n0\nrenamed '/home/s/i' -> '/home/s/d/i'\n/b:\nd\nh\n\n/b/d:\ni\n",
    );
  });
});

describe('two services', () => {
  const made = 'mkdir -p /m1/a/b /m1/a/c; bind /m2 /m1/a/b; touch /m1/a/c/k /m2/f; ';

  it('are two devices to find, cp and rm', async () => {
    expect(await across(`${made} find /m1 -xdev | sort`)).toBe(
      '/m1\n/m1/a\n/m1/a/b\n/m1/a/c\n/m1/a/c/k\n',
    );
    expect(await across(`${made} cp -rx /m1/a /home/n; find /home/n | sort`)).toBe(
      '/home/n\n/home/n/b\n/home/n/c\n/home/n/c/k\n',
    );
    expect(await across(`${made} rm -rf --one-file-system /m1/a; echo $?; find /m1 | sort`)).toBe(
      "rm: skipping '/m1/a/b', since it's on a different device\n1\n/m1\n/m1/a\n/m1/a/b\n/m1/a/b/f\n",
    );
    expect(await across(`${made} rm -r --preserve-root=all /m1/a/b /m1/a/c; ls /m1/a /m2`)).toBe(
      "rm: skipping '/m1/a/b', since it's on a different device\nrm: and --preserve-root=all is in effect\n/m1/a:\nb\n\n/m2:\nf\n",
    );
  });

  it('are copied between', async () => {
    expect(
      await across(
        'mkdir /m1/d; echo x > /m1/d/f; mv -v /m1/d /m2; ls -R /m1 /m2; ln /m2/d/f /b/f',
      ),
    ).toBe(
      "created directory '/m2/d'\ncopied '/m1/d/f' -> '/m2/d/f'\nremoved '/m1/d/f'\nremoved directory '/m1/d'\n" +
        "/m1:\n\n/m2:\nd\n\n/m2/d:\nf\nln: failed to create hard link '/b/f' => '/m2/d/f': Invalid cross-device link\n",
    );
  });

  it('are not what a rename of a mount point changes', async () => {
    expect(await across(`${made} rm -r /m1/a; mv /m2 /m1/x; rmdir /m1/a/b`)).toBe(
      "rm: cannot remove '/m1/a/b': Device or resource busy\nmv: cannot move '/m2' to '/m1/x': Device or resource busy\nrmdir: failed to remove '/m1/a/b': Device or resource busy\n",
    );
  });
});
