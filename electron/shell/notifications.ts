import { Notification } from 'electron';
import type { AppState } from '../../shared/api/api.ts';
import type { Text } from '../../shared/text/text.ts';
import { endedBetween, newsText } from './operationNews.ts';
import type { OperationNews } from './operationNews.ts';

/** Tells what ends while nobody looks. */
interface Notifications {
  /** How things are now. */
  readonly update: (state: Pick<AppState, 'machines'>) => void;
}

/** `wanted`: notifications are on, and the window is not in front. `chosen`: one was clicked. */
export function createNotifications(options: {
  readonly wanted: () => boolean;
  readonly text: () => Text;
  readonly chosen: (news: OperationNews) => void;
}): Notifications {
  let before: AppState['machines'] = [];
  // A notification that nothing refers to is collected, and its click with it.
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
