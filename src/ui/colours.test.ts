/** Every colour on every ground that it is used on: text 4.5, what a control is known by 3 (WCAG 2.2, 1.4.3 and 1.4.11). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./styles/colours.css', import.meta.url), 'utf8');

const colours = (selector: string): Record<string, string> => {
  const [, block = ''] = css.split(`${selector} {`);
  return Object.fromEntries(
    [...(block.split('}')[0] ?? '').matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [
      match[1] as string,
      match[2] as string,
    ]),
  );
};

const night = colours(':root');
const themes = {
  night,
  storm: { ...night, ...colours('[data-theme="storm"]') },
  light: colours('[data-theme="light"]'),
};

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (bright + 0.05) / (dark + 0.05);
}

const grounds = ['bg', 'bg-dark', 'bg-raised', 'hover'];
const texts = [
  'fg',
  'fg-soft',
  'muted',
  'comment',
  'blue',
  'cyan',
  'green',
  'yellow',
  'orange',
  'red',
  'purple',
];

describe.each(Object.entries(themes))('the theme %s', (_, theme) => {
  const tooWeak = (front: readonly string[], behind: readonly string[], least: number): string[] =>
    front.flatMap((a) =>
      behind.flatMap((b) => {
        const found = contrast(theme[a] as string, theme[b] as string);
        return found < least ? [`${a} on ${b}: ${found.toFixed(2)}`] : [];
      }),
    );

  it('has text that is read on every ground', () => {
    expect(tooWeak(texts, grounds, 4.5)).toEqual([]);
    expect(tooWeak(['fg', 'fg-soft', 'muted-selected'], ['selected'], 4.5)).toEqual([]);
    expect(tooWeak(['on-accent'], ['blue'], 4.5)).toEqual([]);
  });

  it('has fields and a focus that are seen', () => {
    expect(tooWeak(['control', 'blue'], ['bg', 'bg-dark', 'bg-raised'], 3)).toEqual([]);
  });
});
