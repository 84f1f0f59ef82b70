/** The layer rules of docs/architecture.md. A broken one is a design question, not a lint to silence. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.tsx?$' },
  to: { pathNot: [...allowed, '(^|/)node_modules/'], dependencyTypesNot: ['core'] },
});

/**
 * The rooms of a folder, from the ground up: a room knows only what stands below it and the files at the ground of its
 * folder, so rooms form no circle. Types count as well.
 */
const rooms = {
  shared: ['secrets', 'shell', 'text', 'network', 'plan', 'lint', 'compose', 'protocol', 'api'],
  renet: [
    'repository',
    'functions',
    'volume',
    'docker',
    'compose',
    'operation',
    'boot',
    'observe',
    'validate',
    'serve',
    'byHand',
  ],
  'renet/operation': ['log', 'start', 'steps'],
  cli: ['terminal', 'input', 'output', 'commands'],
  'cli/commands': [
    'bulk',
    'autostart',
    'volume',
    'slot',
    'key',
    'lifecycle',
    'container',
    'operation',
    'repository',
    'machine',
    'context',
  ],
  electron: ['ssh', 'engine', 'api', 'browser', 'shell'],
  'electron/engine': ['store', 'agent', 'context', 'machine', 'operation', 'bulk', 'setup'],
  renderer: [
    'styles',
    'format',
    'i18n',
    'ui',
    'api',
    'state',
    'status',
    'logs',
    'screens',
    'lifecycle',
    'dock',
    'repository',
    'contexts',
    'bulk',
    'commands',
    'prompts',
    'settings',
    'operations',
    'firstRun',
    'machines',
    'palette',
    'frame',
  ],
};

const roomRules = Object.entries(rooms).flatMap(([folder, names]) => [
  ...names.map((name, index) => ({
    name: `${folder}/${name}-knows-what-stands-below`,
    comment: `from the ground up: ${names.join(', ')}`,
    severity: 'error',
    from: { path: `^${folder}/${name}/`, pathNot: '\\.test\\.tsx?$' },
    to: { path: `^${folder}/(${names.slice(index + 1).join('|') || '(?!)'})/` },
  })),
  {
    name: `${folder}-names-its-rooms`,
    comment: 'a new room takes its place in the list of rooms',
    severity: 'error',
    from: { path: `^${folder}/(?!(?:${names.join('|')})/)[^/]+/` },
    to: {},
  },
]);

module.exports = {
  forbidden: [
    ...roomRules,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('shared-knows-nobody', '^shared/', ['^shared/'], 'shared is the domain: it knows no other layer'),
    {
      name: 'shared-is-pure',
      comment: 'shared runs in the renderer, in the agent and in the engine: no node:, only zod and yaml',
      severity: 'error',
      from: { path: '^shared/', pathNot: '\\.test\\.ts$' },
      to: { path: '.', pathNot: ['^shared/', '(^|/)node_modules/(zod|yaml)/'] },
    },
    only('renet-knows-shared', '^renet/', ['^renet/', '^shared/'], 'the agent knows only the contracts'),
    {
      name: 'renet-libraries',
      comment: 'the agent is one small bundled file: zod and yaml only, no native module',
      severity: 'error',
      from: { path: '^renet/', pathNot: '\\.test\\.ts$' },
      to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/(zod|yaml|@types)/' },
    },
    only('ssh-knows-shared', '^electron/ssh/', ['^electron/ssh/', '^shared/'], 'ssh knows only shared'),
    only(
      'engine-knows-ssh-and-shared',
      '^electron/engine/',
      ['^electron/engine/', '^electron/ssh/', '^shared/'],
      'the engine knows ssh and shared',
    ),
    only(
      'api-knows-engine-and-shared',
      '^electron/api/',
      ['^electron/api/', '^electron/engine/', '^shared/'],
      'the API knows the engine and the contracts, and no transport',
    ),
    only(
      'browser-knows-api',
      '^electron/browser/',
      ['^electron/browser/', '^electron/api/', '^electron/engine/clock.ts$', '^shared/'],
      'browser mode is a transport of the API',
    ),
    {
      name: 'only-ssh-knows-ssh2',
      severity: 'error',
      from: { pathNot: '^(electron/ssh|tests)/' },
      to: { path: '(^|/)node_modules/ssh2/' },
    },
    {
      name: 'only-packaging-knows-forge',
      severity: 'error',
      comment: 'the program runs without what makes its installers',
      from: { pathNot: '^(forge\\.config|scripts/(builderMaker|fuses))\\.ts$' },
      to: { path: '(^|/)node_modules/(@electron-forge|electron-builder|app-builder-lib)/' },
    },
    {
      name: 'no-electron-outside-the-shell',
      severity: 'error',
      comment: 'what runs without Electron is tested without it',
      from: {
        pathNot: '^(electron/(main|preload)\\.ts$|electron/shell/|tests/shell/)',
      },
      to: { path: '(^|/)node_modules/electron/' },
    },
    {
      name: 'the-shell-is-the-outermost',
      comment: 'engine, ssh, api and browser mode run without the shell',
      severity: 'error',
      from: { path: '^(electron/(engine|ssh|api|browser)|shared|renet|renderer|cli|sandbox|scripts)/' },
      to: { path: '^electron/(shell/|[^/]+\\.ts$)' },
    },
    only('cli-knows-engine', '^cli/', ['^cli/', '^shared/', '^electron/engine/'], 'rdc calls the engine'),
    only(
      'renderer-knows-shared',
      '^renderer/',
      ['^renderer/', '^shared/'],
      'the window knows only the contracts',
    ),
    {
      name: 'renderer-has-no-node',
      comment: 'the window runs in a browser: neither node: nor ssh2',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    only('sandbox-knows-shared', '^sandbox/', ['^sandbox/', '^shared/'], 'the sandbox is a tool of its own'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
};
