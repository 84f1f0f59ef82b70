type ThemeSetting = 'system' | 'light' | 'dark';

let stop: (() => void) | undefined;

/** Shows the theme of a setting from now on. With `system` the theme changes whenever the system's does. */
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
