import { useId } from 'react';
import type { ReactNode } from 'react';
import type { ApiResult } from '../../../shared/api/api.ts';
import { fill } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text/text.ts';
import { useFormats, useText } from '../../i18n/useText.ts';

/** Returns the name and the description of a template. A template that this window does not know goes by its id. */
function templateText(text: Text, template: string): { name: string; about: string } {
  const known: Readonly<Record<string, { name: string; about: string }>> = text.templates;
  return known[template] ?? { name: template, about: '' };
}

/** Shows the choice of what a repository begins with: a template, or nothing (''). */
export function TemplateChoice({
  templates,
  value,
  onChange,
}: {
  readonly templates: ApiResult<'templates.list'>;
  readonly value: string;
  readonly onChange: (template: string) => void;
}): ReactNode {
  const text = useText();
  const words = text.creation;
  const { list } = useFormats();
  const options = [
    ...templates.map(({ template, files }) => ({
      id: template,
      ...templateText(text, template),
      detail: fill(words.files, { files: list(files) }),
    })),
    { id: '', name: words.empty, about: words.emptyAbout, detail: undefined },
  ];
  const group = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="pb-1 text-sm font-semibold">{words.begin}</legend>
      <div className="overflow-hidden rounded-md border bg-panel">
        {options.map(({ id, name, about, detail }) => (
          <label
            key={id}
            className="flex items-start gap-3 border-b px-3 py-2 last:border-b-0 hover:bg-raised has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name={group}
              checked={value === id}
              onChange={() => onChange(id)}
              className="mt-[3px] size-[14px] shrink-0 accent-(--accent-solid)"
            />
            <span className="min-w-0">
              <span className="font-semibold">{name}</span>
              <span className="ml-2 text-muted">{about}</span>
              {detail !== undefined && <span className="ml-2 text-faint">{detail}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
