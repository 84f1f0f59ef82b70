import { describe, expect, it } from 'vitest';
import { ERROR_EXIT } from '../errors.ts';
import { NOTICE_DETAILS } from '../notices.ts';
import { repositoryStateSchema, stepKindSchema, verdictSchema } from '../model.ts';
import { en } from './en/en.ts';
import { fr } from './fr/fr.ts';

/** Lists every sentence of a language with its path, such as "errors.bad-name.message". */
function sentences(text: object, path: readonly string[] = []): [string, string][] {
  return Object.entries(text).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const at = [...path, key];
    if (typeof value === 'string') return [[at.join('.'), value]];
    return typeof value === 'object' && value !== null ? sentences(value, at) : [];
  });
}

const english = sentences(en);
const french = new Map(sentences(fr));

const all = (sentence: string, pattern: RegExp): string => (sentence.match(pattern) ?? []).sort().join(' ');

describe('both languages', () => {
  it('have the same sentences', () => {
    expect([...french.keys()].sort()).toEqual(english.map(([path]) => path).sort());
  });

  it.each([
    ['placeholders', /\$?\{\w+(?::bytes|:octets)?\}/g],
    ['options', /(?<![\p{L}\d-])--?[a-z][a-z-]*/giu],
    ['commands', /`(?:rdc|renet|sudo|docker|journalctl)[^A-Z`]*/g],
  ])('have the same %s in each sentence', (_, pattern) => {
    const inEnglish = (sentence = ''): string => sentence.replaceAll(':octets}', ':bytes}');
    const different = english.filter(
      ([path, sentence]) => all(sentence, pattern) !== all(inEnglish(french.get(path)), pattern),
    );
    expect(different.map(([path]) => path)).toEqual([]);
  });

  it('leave nothing empty but the heading of a column that needs none', () => {
    const empty = [...english, ...french].filter(([, sentence]) => sentence.trim() === '');
    expect([...new Set(empty.map(([path]) => path))]).toEqual(['cli.columns.current']);
  });

  it.each([
    ['errors', Object.keys(ERROR_EXIT)],
    ['notices', Object.keys(NOTICE_DETAILS)],
    ['steps', stepKindSchema.options],
    ['states', repositoryStateSchema.options],
    ['verdicts', [...verdictSchema.shape.kind.options, 'running']],
  ] as const)('have words for each of the %s and for nothing else', (part, keys) => {
    expect(Object.keys(en[part]).sort()).toEqual([...keys].sort());
  });
});

it.each(Object.entries(NOTICE_DETAILS))(
  'the notice %s has the placeholders of its details',
  (code, details) => {
    const sentences: Readonly<Record<string, string>> = en.notices;
    const names = [...(sentences[code] ?? '').matchAll(/\{(\w+)/g)].map(([, name]) => name);
    expect([...new Set(names)].sort()).toEqual([...details].sort());
  },
);

describe('French', () => {
  it('counts in octets', () => {
    expect([...french].filter(([, sentence]) => sentence.includes(':bytes}'))).toEqual([]);
  });

  it('has no space that breaks before : ; ? ! or inside guillemets, and no straight apostrophe', () => {
    const odd = [...french].filter(
      ([path, sentence]) => !path.startsWith('cli.') && / [:;?!»]|« |\w'\w/.test(sentence),
    );
    expect(odd).toEqual([]);
  });
});
