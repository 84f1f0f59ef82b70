import type { ReactNode } from 'react';
import type { ApiClient, ApiResult } from '../../shared/api/api.ts';
import type { Keychain, Settings } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { showError } from '../commands/ErrorDialog.tsx';
import { languageCodes, languageNames } from '../../shared/text/languages.ts';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { Card, SkeletonRows } from '../ui/Blocks.tsx';
import { Select, Switch } from '../ui/Controls.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';

interface SettingsProps {
  readonly settings: Settings;
  readonly onChange: (part: Partial<Settings>) => void;
}

/** Shows the settings of the window; each change takes effect at once. */
export function SettingsScreen({ api }: { readonly api: ApiClient }): ReactNode {
  const text = useText();
  const words = text.frame.preferences;
  const { settings, info } = useAppState();
  if (settings === undefined || info === undefined) return <SkeletonRows rows={4} label={text.app.loading} />;
  const change = (part: Partial<Settings>): void =>
    void api.call('settings.set', { change: part }).catch(showError);
  return (
    <div className="flex max-w-[820px] flex-col gap-3.5">
      <ScreenHead title={words.title} about={words.about} />
      <Appearance settings={settings} onChange={change} />
      <Behaviour settings={settings} onChange={change} />
      <Program info={info} />
    </div>
  );
}

/** Shows the theme and the language. */
function Appearance({ settings, onChange }: SettingsProps): ReactNode {
  const words = useText().frame.preferences;
  return (
    <Card title={words.appearance}>
      <Line name={words.theme} help={words.themeHelp}>
        <Select
          label={words.theme}
          value={settings.theme}
          options={(['system', 'light', 'dark'] as const).map((value) => ({
            value,
            label: words.themes[value],
          }))}
          onChange={(theme) => onChange({ theme })}
        />
      </Line>
      <Line name={words.language} help={words.languageHelp}>
        <Select
          label={words.language}
          value={settings.language}
          options={[
            { value: 'system', label: words.systemLanguage },
            ...languageCodes.map((value) => ({ value, label: languageNames[value] })),
          ]}
          onChange={(language) => onChange({ language })}
        />
      </Line>
    </Card>
  );
}

/** Shows the switches for screen readers and notifications. */
function Behaviour({ settings, onChange }: SettingsProps): ReactNode {
  const words = useText().frame.preferences;
  return (
    <Card title={words.behaviour}>
      <Line name={words.screenReader} help={words.screenReaderHelp}>
        <Switch
          on={settings.screenReader}
          label={words.screenReader}
          onChange={(screenReader) => onChange({ screenReader })}
        />
      </Line>
      <Line name={words.notifications} help={words.notificationsHelp}>
        <Switch
          on={settings.notifications}
          label={words.notifications}
          onChange={(notifications) => onChange({ notifications })}
        />
      </Line>
    </Card>
  );
}

/** Shows which program this window belongs to, and where it keeps passphrases. */
function Program({ info }: { readonly info: ApiResult<'app.info'> }): ReactNode {
  const words = useText().frame.preferences;
  return (
    <Card title={words.program}>
      <Line name={words.version}>
        <span className="font-mono text-sm">{info.version}</span>
      </Line>
      <Line name={words.mode}>{words.modes[info.mode]}</Line>
      <Line name={words.passphrases}>
        <KeychainWords keychain={info.keychain} />
      </Line>
    </Card>
  );
}

function KeychainWords({ keychain: { state, backend = '' } }: { readonly keychain: Keychain }): ReactNode {
  return fill(useText().frame.preferences.keychain[state], { backend });
}

function Line({
  name,
  help,
  children,
}: {
  readonly name: string;
  readonly help?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="flex min-h-[48px] flex-wrap items-center gap-x-6 gap-y-1 border-b px-3.5 py-2 last:border-b-0">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">{name}</p>
        {help !== undefined && <p className="text-sm text-muted">{help}</p>}
      </div>
      <div className="text-muted">{children}</div>
    </div>
  );
}
