import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './styles/styles.css';
import { createRoot } from 'react-dom/client';
import { languageFor, speak } from './i18n/language.ts';
import { followTheme } from './styles/theme.ts';

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root');
followTheme('system');
speak(languageFor('system', navigator.languages));
createRoot(place).render(<main />);
