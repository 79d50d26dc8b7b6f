import { describe, expect, it } from 'vitest';
import { Touched } from './touched.ts';

const by = (pid: number) => ({ pid, name: `p${pid}`, time: pid });

describe('Touched', () => {
  it('tells the last reader and the last writer apart, of each client', () => {
    const touched = new Touched();
    touched.note(1, '/a', { read: true }, by(2));
    touched.note(1, '/a', { append: true, write: true }, by(3));
    touched.note(9, '/a', { read: true, write: true }, by(10));
    expect(touched.of(1, '/a')).toEqual({ reader: by(2), writer: by(3) });
    expect(touched.of(9, '/a')).toEqual({ reader: by(10), writer: by(10) });
    expect(touched.of(1, '/b')).toEqual({});
  });

  it('forgets what was opened longest ago', () => {
    const touched = new Touched();
    touched.note(1, '/first', { read: true }, by(2));
    touched.note(1, '/kept', { read: true }, by(2));
    for (let name = 0; name < 9_998; name++) touched.note(1, `/${name}`, { read: true }, by(3));
    touched.note(1, '/kept', { read: true }, by(4));
    touched.note(1, '/one more', { read: true }, by(3));
    expect(touched.of(1, '/first')).toEqual({});
    expect(touched.of(1, '/kept')).toEqual({ reader: by(4) });
  });
});
