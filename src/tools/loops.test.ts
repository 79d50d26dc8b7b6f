/** Tools that walk directories, where symlinks lead in circles or nowhere, beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const both = (command: string): Promise<void> => expectDebian(`{ ${command}; } 2>&1`);

describe.runIf(isDebian)('diff -r ends where symlinks lead in circles', () => {
  it.each([
    'mkdir a b; ln -s ../b a/l; ln -s ../a b/l; diff -r a b; echo $?',
    'mkdir -p a/x b/x; ln -s .. a/x/up; ln -s .. b/x/up; touch a/f; diff -r a b; echo $?',
    'mkdir a b; ln -s . a/d; ln -s . b/d; echo 1 > a/q; diff -r a b; echo $?; diff -rq a b; diff -rN a b',
    'mkdir a; ln -s . a/d; diff -r a a; echo $?; diff -r a a/d; echo $?; diff -rs a a; mkdir b; diff -rN a b; echo $?; diff -rN b a',
    'mkdir -p a/d b; ln -s .. a/d/up; diff -r a b; echo $?; mkdir -p b/d/up; diff -r a b; echo x > b/d/up/z; diff -r a b',
    'mkdir a b; ln -s q a/q; ln -s q b/q; diff -r a b; echo $?; diff -rN a b; echo $?',
  ])('%s', both);
});

describe.runIf(isDebian)('find and ls tell of symlinks in circles', () => {
  it.each([
    'ln -s a b; ln -s b a; find -L . 2>&1 | sort; find -L a; echo $?; find -H a; find a -follow',
    'ln -s a b; ln -s b a; ls -H a; echo $?; ls a; echo $?; ls -l a | wc -l',
    'ln -s nope g; touch f; ln -s f/x k; find -L g; echo $?; find -L k; echo $?; find -H k g; echo $?',
    'ln -s nope g; touch f; ln -s f/x k; ls -H g; echo $?; ls g; ls k; echo $?; ls -L g; echo $?',
    'mkdir d; ln -s .. d/up; find -L d -depth; echo $?; find -L d/up -name up; echo $?',
  ])('%s', both);

  it('find prints what it has found before it tells of an error', () =>
    both(
      'mkdir d; find d nosuch d/..; echo $?; find d -printf x nosuch; find d nosuch -fprint f; cat f',
    ));
});

it.runIf(isDebian)('rm says how a file is removed whose name looks like an option', () =>
  both("touch -- -q '-a b' z; rm -q; rm -z; rm '-a b'; echo $?; rm --nope -q; rm -fq z; ls"),
);
