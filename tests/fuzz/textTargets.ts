import { mergeServices, networkDecision } from '../../shared/compose/composeServices.ts';
import { readCompose } from '../../shared/compose/compose.ts';
import { readYaml } from '../../shared/compose/composeYaml.ts';
import { parseDotenv } from '../../shared/compose/dotenv.ts';
import { lintRediaccfile } from '../../shared/lint/lint.ts';
import { commandsOf } from '../../shared/shell/shellWords.ts';
import {
  addressesOf,
  assignSlots,
  parseSlotsFile,
  releaseSlot,
  renderSlotsFile,
  serviceSlots,
} from '../../shared/network/slots.ts';
import { composeSeeds, dotenvSeeds, rediaccfileSeeds, slotsSeeds } from './seeds.ts';
import { assertAlways, outcomeOf } from './target.ts';
import type { Target } from './target.ts';

const FILE = 'compose.yaml';

/** Compose files: the first stage is YAML itself; the second is free to refuse what it finds. */
const compose: Target = {
  name: 'compose',
  files: ['compose', 'composeYaml', 'yamlIndentation', 'composeServices'].map(
    (name) => `shared/compose/${name}.ts`,
  ),
  seeds: composeSeeds,
  words: [
    ...'services include extends networks network_mode ports volumes env_file build image <<'.split(' '),
    ...'!reset !override !!merge ${A} ${A:-b} ${A:?c} $$ & * | > - : host none service:a'.split(' '),
  ],
  run: (input) => {
    const text = input.toString();
    const first = outcomeOf(['compose-invalid'], () => readYaml(text, FILE).length);
    const second = outcomeOf(['compose-invalid', 'file-too-large', 'compose-network'], () => {
      const services = mergeServices(readCompose(text, FILE, (name) => (name === 'A' ? 'value' : undefined)));
      const lines = text.split(/\r\n|\r|\n/).length;
      for (const { name, line } of services) {
        assertAlways(/^[\w.-]+$/.test(name), 'a service has a name that Compose allows');
        assertAlways(line >= 1 && line <= lines, 'a service stands on a line of the file');
      }
      return services.map((service) => [service.settings, networkDecision(service)]);
    });
    return { ...first, shape: second.shape };
  },
};

const dotenv: Target = {
  name: 'dotenv',
  files: ['shared/compose/dotenv.ts', 'shared/compose/interpolation.ts'],
  seeds: dotenvSeeds,
  words: [...'export = : # ${A} ${A:-b} ${B:?c} $$ \\n \\" A= B='.split(' '), "'", '"'],
  run: (input) => {
    const values = parseDotenv(input.toString(), (name) => (name === 'A' ? 'value' : undefined));
    const names = Object.keys(values);
    for (const name of names) assertAlways(/^[A-Za-z_][\w.-]*$/.test(name), 'a variable has a legal name');
    const shape = names.map((name) => `${name.length > 3}${values[name] === ''}`).join();
    return { kind: names.length > 0 ? 'passed' : 'refused', shape };
  },
};

const rediaccfile: Target = {
  name: 'Rediaccfile lint',
  files: ['shared/lint/lint.ts', 'shared/shell/shellWords.ts'],
  seeds: rediaccfileSeeds,
  words: [
    ...'sudo -E docker renet compose function if then fi { } ( ) $( ` ${ << <<- EOF ; && || | > # exec eval'.split(
      ' ',
    ),
    '-u',
    '--preserve-env=DOCKER_HOST',
    '"',
    "'",
  ],
  run: (input) => {
    const text = input.toString();
    const findings = lintRediaccfile('Rediaccfile', text);
    const lines = text.split('\n').length;
    for (const { details } of findings)
      assertAlways(
        Number(details.line) >= 1 && Number(details.line) <= lines,
        'a finding stands on a line of the file',
      );
    const commands = commandsOf(text);
    const shape = `${findings.length} ${commands.map((words) => words.length).join()}`;
    return { kind: commands.length > 0 ? 'passed' : 'refused', shape };
  },
};

const slots: Target = {
  name: '.rediacc.json',
  files: ['shared/network/slots.ts', 'shared/network/network.ts'],
  seeds: slotsSeeds,
  words: '"services" "slot" "api" : , { } [ ] 0 60 61 -1 1.5 1e2'.split(' '),
  run: (input) => {
    const text = input.toString();
    const first = outcomeOf(['slots-file-invalid'], () => jsonOf(text));
    const second = outcomeOf(['slots-file-invalid', 'colliding-names'], () => {
      const parsed = parseSlotsFile(text, '.rediacc.json');
      const taken = serviceSlots(parsed).map(({ slot }) => slot);
      assertAlways(new Set(taken).size === taken.length, 'no slot is given twice');
      assertAlways(
        taken.every((slot) => slot >= 0 && slot <= 60),
        'a slot lies between 0 and 60',
      );
      if (taken.length < 60) {
        const { file } = assignSlots(parsed, ['api', 'new']);
        const text = renderSlotsFile(file);
        const again = renderSlotsFile(parseSlotsFile(text, '.rediacc.json'));
        assertAlways(again === text, 'what is written is read again');
        const released = releaseSlot(file, 'new');
        assertAlways(released !== undefined, 'a slot that was given can be given back');
      }
      return addressesOf(parsed, 2816);
    });
    return { ...first, shape: second.shape };
  },
};

/** Parses JSON as the first stage of a parser of ours, which names what is wrong. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseSlotsFile(text, '.rediacc.json');
  }
}

/** The parsers of text that a repository's owner writes. */
export const textTargets: readonly Target[] = [compose, dotenv, rediaccfile, slots];
