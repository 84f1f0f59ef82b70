import { useFormats, useText } from '../i18n/useText.ts';
import { useAtTime } from '../ui/useNow.ts';

/** Returns a function that names a day: today by its word, other days by their date. */
export function useDayNames(): { day: (at: number) => string } {
  const words = useText().panes.operations;
  const { when } = useFormats();
  const today = useAtTime((now) => new Date(now).setHours(0, 0, 0, 0));
  return { day: (at) => (at === today ? words.today : when(at, today + 2 * 86_400_000)) };
}
