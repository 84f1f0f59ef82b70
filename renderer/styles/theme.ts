type ThemeSetting = 'system' | 'light' | 'dark';

let stop: (() => void) | undefined;

/** Shows the theme of a setting from now on; `system` goes with the system as it changes. */
export function followTheme(setting: ThemeSetting): void {
  stop?.();
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const show = (): void => {
    document.documentElement.dataset['theme'] =
      setting === 'system' ? (light.matches ? 'light' : 'dark') : setting;
  };
  show();
  light.addEventListener('change', show);
  stop = () => light.removeEventListener('change', show);
}
