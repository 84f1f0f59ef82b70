import { Notification } from 'electron';
import type { AppState } from '../../shared/api/api.ts';
import type { Text } from '../../shared/text/text.ts';
import { endedBetween, newsText } from './operationNews.ts';
import type { OperationNews } from './operationNews.ts';

/** The notifications of operations that end while the window is not in front. */
interface Notifications {
  /** Takes the machines as they are now, and notifies of the operations that have ended since the last call. */
  readonly update: (state: Pick<AppState, 'machines'>) => void;
}

/**
 * Makes the notifications. `wanted`: returns whether notifications are on and the window is not in front. `chosen`:
 * called when a notification was clicked.
 */
export function createNotifications(options: {
  readonly wanted: () => boolean;
  readonly text: () => Text;
  readonly chosen: (news: OperationNews) => void;
}): Notifications {
  let before: AppState['machines'] = [];
  // A notification to which nothing refers is garbage-collected, and its click listener with it.
  const shown = new Set<Notification>();
  const notify = (news: OperationNews): void => {
    const notification = new Notification(newsText(news, options.text()));
    shown.add(notification);
    notification.on('click', () => options.chosen(news));
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };
  return {
    update: ({ machines }) => {
      const news = endedBetween(before, machines);
      before = machines;
      if (options.wanted() && Notification.isSupported()) for (const one of news) notify(one);
    },
  };
}
