/** Dockerfiles as people write them, and what is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FsError } from '../kernel/errors.ts';
import { readDockerfile } from './dockerfile.ts';

describe('a Dockerfile', () => {
  it('says where files, directories, variables and commands go', () => {
    const recipe = readDockerfile(`# syntax=docker/dockerfile:1
FROM --platform=linux/amd64 python:3.12-slim AS base
ARG VERSION=1.2
ENV HOME_DIR=/srv/app \\
    GREETING="hello world" # not a comment here
WORKDIR $HOME_DIR
COPY --chown=1000:1000 a.txt b.txt ./
copy ["with space.txt", "/data/"]
ADD config \${HOME_DIR}/config
WORKDIR sub
# between
RUN mkdir -p out && \\
    # inside
    echo "v$VERSION" > out/version
RUN ["touch", "it's"]
EXPOSE 80
CMD ["python"]
`);
    expect(recipe.image).toBe('python:3.12-slim');
    expect(recipe.workdir).toBe('/srv/app/sub');
    expect(recipe.env).toEqual({ HOME_DIR: '/srv/app', GREETING: 'hello world' });
    expect(recipe.beyond).toEqual([]);
    const env = { VERSION: '1.2', ...recipe.env };
    expect(recipe.steps).toEqual([
      { op: 'dir', path: '/srv/app' },
      { op: 'copy', from: ['a.txt', 'b.txt'], to: '/srv/app', into: true },
      { op: 'copy', from: ['with space.txt'], to: '/data', into: true },
      { op: 'copy', from: ['config'], to: '/srv/app/config', into: false },
      { op: 'dir', path: '/srv/app/sub' },
      {
        op: 'run',
        text: 'mkdir -p out &&     echo "v$VERSION" > out/version',
        cwd: '/srv/app/sub',
        env,
      },
      { op: 'run', text: `'touch' 'it'\\''s'`, cwd: '/srv/app/sub', env },
    ]);
  });

  it('has here-documents as files and as scripts', () => {
    const { steps } = readDockerfile(`FROM x
WORKDIR /w
COPY <<EOF /w/conf.txt
a
b
EOF
RUN <<'END'
echo one
echo two
END
`);
    expect(steps.slice(1)).toEqual([
      { op: 'file', path: '/w/conf.txt', text: 'a\nb\n' },
      { op: 'run', text: 'echo one\necho two\n', cwd: '/w', env: {} },
    ]);
  });

  it('names what goes beyond it: other images, stages and the network', () => {
    const { beyond, steps } = readDockerfile(`FROM a AS one
FROM b
COPY --from=one /x /y
ADD https://example.org/x.tar /x
ONBUILD RUN x
`);
    expect(beyond).toEqual([
      'line 2: a second stage (FROM b)',
      'line 3: COPY --from=one copies from another image',
      'line 4: ADD from the network (https://example.org/x.tar /x)',
      'line 5: ONBUILD RUN x',
    ]);
    expect(steps).toEqual([]);
  });

  it.each([
    ['', /no FROM/],
    ['FORM x', /line 1: there is no instruction FORM/],
    ['FROM x\nCOPY a', /line 2: COPY takes what and where to/],
  ])('%j is none', (text, reason) => {
    expect(() => readDockerfile(text)).toThrow(reason);
  });

  it('is read or refused with a reason, whatever it holds', () => {
    const word = fc.constantFrom(
      'FROM',
      'RUN',
      'COPY',
      'ENV',
      'ARG',
      'WORKDIR',
      'ADD',
      'x',
      '\\',
      '\n',
      '"',
      "'",
      '[',
      ']',
      '<<EOF',
      'EOF',
      '$',
      '${',
      '}',
      '=',
      '--from=',
      '/',
      '..',
      '#',
      '\t',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        try {
          const { workdir, steps } = readDockerfile(words.join(' '));
          expect(workdir.startsWith('/')).toBe(true);
          for (const step of steps)
            if (step.op === 'copy') expect(step.to.startsWith('/')).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(FsError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
