/** What a person has set: kept in this browser, applied to the page, written to a file and read from one. */
import { embeddedTheme, isEmbedded } from './embed.ts';
import { forget, recall, remember } from './remembered.ts';
import { get, set, useApp } from './store.ts';

export const themes = ['night', 'storm', 'light', 'system'] as const;
export type ThemeChoice = (typeof themes)[number];
export type Theme = 'night' | 'storm' | 'light';

export interface Settings {
  readonly theme: ThemeChoice;
  /** Of text and code, in px. */
  readonly fontSize: number;
  readonly motion: 'system' | 'reduced';
  /** Keys of commands, by their ids, where they are not those of the table; '' for none. */
  readonly keys: Readonly<Record<string, string>>;
}

export const FONT_SIZES = { min: 11, max: 20 };

const defaults: Settings = useApp.getInitialState().settings;

const KEPT = 'settings';
const bright = window.matchMedia('(prefers-color-scheme: light)');

/** Settings from what somebody wrote: what is not one is left as it is by default. */
export function settingsFrom(value: unknown): Settings {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Partial<Settings>;
  const size = Math.round(Number(given.fontSize));
  return {
    theme: themes.find((each) => each === given.theme) ?? defaults.theme,
    fontSize: size >= FONT_SIZES.min && size <= FONT_SIZES.max ? size : defaults.fontSize,
    motion: given.motion === 'reduced' ? 'reduced' : 'system',
    keys: Object.fromEntries(
      Object.entries(given.keys ?? {}).filter(([, keys]) => typeof keys === 'string'),
    ),
  };
}

export function loadSettings(): void {
  apply(settingsFrom(isEmbedded ? { theme: embeddedTheme } : recall(KEPT)));
  bright.addEventListener('change', () => apply(get().settings));
}

export function change(some: Partial<Settings>): void {
  apply({ ...get().settings, ...some });
  remember(KEPT, get().settings);
}

/** As it comes with the page. */
export function resetSettings(): void {
  forget(KEPT);
  apply(defaults);
}

function apply(settings: Settings): void {
  const chosen =
    settings.theme === 'system' ? (bright.matches ? 'light' : 'night') : settings.theme;
  const root = document.documentElement;
  root.dataset['theme'] = chosen;
  root.dataset['motion'] = settings.motion;
  root.style.setProperty('--size', `${settings.fontSize}px`);
  // Last: views measure what is drawn when the settings change.
  set({ settings, theme: chosen });
}
