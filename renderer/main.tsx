import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './styles/styles.css';
import { createRoot } from 'react-dom/client';
import { connectApi } from './api/connectApi.ts';
import { NotLetIn } from './frame/NotLetIn.tsx';
import { Window } from './frame/Window.tsx';
import { languageFor, speak } from './i18n/language.ts';
import { createLogSessions } from './logs/sessions.ts';
import { feedState } from './state/appState.ts';
import { beginAt } from './firstRun/beginAt.ts';
import { followTheme } from './styles/theme.ts';

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root');
followTheme('system');
speak(languageFor('system', navigator.languages));
const root = createRoot(place);
const api = connectApi();
if (api === undefined) root.render(<NotLetIn because="refused" />);
else {
  feedState(api, beginAt);
  root.render(<Window api={api} sessions={createLogSessions(api)} />);
}
