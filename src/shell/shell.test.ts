/** The shell beside real bash, script by script, where bash is installed. */
import { describe, expect, it } from 'vitest';
import { bash, realBash as real } from '../testing/bash.ts';
import { sh } from '../testing/shell.ts';
import { cases } from './cases.ts';

describe.runIf(bash)('the shell does as bash does', () => {
  for (const [group, scripts] of Object.entries(cases))
    describe(group, () => {
      it.each(scripts)('%s', async (script) => {
        const { stdout, stderr, status } = await sh(script);
        expect({ stdout, status, complains: stderr !== '' }).toEqual(real(script));
      });
    });

  it('has enough cases', () => {
    expect(Object.values(cases).flat().length).toBeGreaterThanOrEqual(150);
  });
});

describe('a byte order mark stays where it is', () => {
  const mark = '357 273 277';
  it.each([
    ['sed -i s/b/c/ f; cat f', `${mark} 141 012 143 012`],
    ['sed s/b/c/ f', `${mark} 141 012 143 012`],
    ['tac f', `142 012 ${mark} 141 012`],
    ["awk '{print}' f", `${mark} 141 012 142 012`],
    ['grep a f', `${mark} 141 012`],
    ['head -n -1 f', `${mark} 141 012`],
    ['while IFS= read -r line; do printf "%s|" "$line"; done <f', `${mark} 141 174 142 174`],
    ['text=$(cat f); printf %s "$text"', `${mark} 141 012 142`],
    [`mapfile -t lines <f; printf "%s|" "\${lines[@]}"`, `${mark} 141 174 142 174`],
    ['xargs printf "%s|" <f', `${mark} 141 174 142 174`],
  ])('%s', async (use, bytes) => {
    const script = `printf '\ufeffa\\nb\\n' >f; { ${use}; } | od -An -b`;
    expect((await sh(script)).stdout.trim()).toBe(bytes);
    if (bash) expect(real(script).stdout.trim()).toBe(bytes);
  });
});

describe('more words than a call takes arguments', () => {
  const doubled =
    'a="x "; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do a=$a$a; done; ';

  it('may come from a variable', async () => {
    expect((await sh(`${doubled}set -- $a; echo $#`)).stdout).toBe('262144\n');
  });

  it('may be added to an array', async () => {
    expect((await sh(`${doubled}b=($a); b+=(y); echo \${#b[@]} \${b[262144]}`)).stdout).toBe(
      '262145 y\n',
    );
  });
});

describe('modes', () => {
  it('are set by chmod, and shown by stat', async () => {
    const script = "echo x >run; chmod 755 run; chmod g-r,o-rx run; stat -c '%a %A' run";
    expect((await sh(script)).stdout).toBe('710 -rwx--x---\n');
  });

  it('are copied to what is new, and stay where something was', async () => {
    const script =
      'mkdir d; echo x >d/run; chmod 755 d/run; chmod 700 d; echo y >there; chmod 600 there; ' +
      'cp -r d e; cp d/run there; stat -c %a e e/run there';
    expect((await sh(script)).stdout).toBe('700\n755\n600\n');
  });
});
