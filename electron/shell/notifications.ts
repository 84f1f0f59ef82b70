import { Notification } from 'electron';
import type { AppState } from '../../shared/api/api.ts';
import type { Text } from '../../shared/text/text.ts';
import type { Clock } from '../engine/clock.ts';
import { brokenBetween, journalNewsText, mergeNews } from './journalNews.ts';
import type { JournalNews } from './journalNews.ts';
import { endedBetween, newsText } from './operationNews.ts';
import type { OperationNews } from './operationNews.ts';

/** The milliseconds in which what breaks is gathered into one notification. */
const GATHER_MILLISECONDS = 5000;

/** The notifications of what ends or breaks while the window is not in front. */
interface Notifications {
  /** Takes the machines as they are now, and notifies of what has ended or broken since the last call. */
  readonly update: (state: Pick<AppState, 'machines'>) => void;
}

/**
 * Makes the notifications. `wanted`: returns whether notifications are on and the window is not in front. `chosen`:
 * called when the notification of an operation was clicked, `opened` when that of what broke was.
 */
export function createNotifications(options: {
  readonly clock: Pick<Clock, 'after'>;
  readonly wanted: () => boolean;
  readonly text: () => Text;
  readonly chosen: (news: OperationNews) => void;
  readonly opened: (news: JournalNews) => void;
}): Notifications {
  const { clock, wanted, text, chosen, opened } = options;
  let before: AppState['machines'] = [];
  let gathered: JournalNews | undefined;
  // A notification to which nothing refers is garbage-collected, and its click listener with it.
  const shown = new Set<Notification>();
  const notify = (words: { title: string; body: string }, clicked: () => void): void => {
    const notification = new Notification(words);
    shown.add(notification);
    notification.on('click', clicked);
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };
  const showGathered = (): void => {
    const news = gathered;
    gathered = undefined;
    if (news !== undefined && wanted()) notify(journalNewsText(news, text()), () => opened(news));
  };
  return {
    update: ({ machines }) => {
      const ended = endedBetween(before, machines);
      const broken = brokenBetween(before, machines);
      before = machines;
      if (!wanted() || !Notification.isSupported()) return;
      for (const one of ended) notify(newsText(one, text()), () => chosen(one));
      if (broken === undefined) return;
      if (gathered === undefined) clock.after(GATHER_MILLISECONDS, showGathered);
      gathered = mergeNews(gathered, broken);
    },
  };
}
