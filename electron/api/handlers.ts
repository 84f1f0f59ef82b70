import { join } from 'node:path';
import { languageFor, languages } from '../../shared/text/language.ts';
import { templates } from '../../shared/templates.ts';
import { contextHandlers } from './contextHandlers.ts';
import { listKeys } from './keys.ts';
import { readJournal } from './machineJournal.ts';
import { machineOf, testMachine } from './machineTest.ts';
import { logFeedOf } from './openLog.ts';
import { listRemembered } from './remembered.ts';
import { listKnownOperations, startWithPassphrase } from './operations.ts';
import type { Handlers } from './router.ts';
import type { Some, HandlerDependencies } from './handlerDependencies.ts';
import { applyTemplate } from './templates.ts';

/** Makes the handler of every method. Each is a few words long, as the work is done in other files. */
export function createApiHandlers(dependencies: HandlerDependencies): Handlers {
  return {
    ...appHandlers(dependencies),
    ...contextHandlers(dependencies),
    ...machineHandlers(dependencies),
    ...operationHandlers(dependencies),
    ...repositoryHandlers(dependencies),
    ...bulkHandlers(dependencies),
  };
}

function appHandlers(
  dependencies: HandlerDependencies,
): Some<'app' | 'settings' | 'keys' | 'state' | 'prompt'> {
  const { version, mode, locale, passphrases, settings, sessions, projection, bulks, prompts } = dependencies;
  return {
    'app.info': () =>
      Promise.resolve({
        ...{ version, mode, locale },
        platform: process.platform,
        keychain: passphrases.keychain(),
      }),
    'app.look': ({ looking }, session) => {
      session.look(looking);
      return Promise.resolve({});
    },
    'settings.get': () => settings.get(),
    'settings.set': async ({ change }) => {
      const value = await settings.set(change);
      sessions.tell('settings.changed', value);
      return value;
    },
    'keys.list': () => listKeys(join(dependencies.home, '.ssh')),
    'state.get': () =>
      Promise.resolve({ ...projection.snapshot(), bulks: bulks.list(), prompts: prompts.list() }),
    'prompt.answer': ({ prompt, password, trust }) => {
      prompts.answer(prompt, { password, trust });
      return Promise.resolve({});
    },
  };
}

function machineHandlers({
  local,
  machines,
  setups,
  resolve,
}: HandlerDependencies): Some<'machine' | 'journal'> {
  const { engine } = local;
  return {
    'machine.test': async (params) => testMachine(local, await machineOf(params, resolve)),
    'machine.trust': async (params) => {
      await local.scanKeys(await machineOf(params, resolve), params.fingerprint);
      if ('machine' in params) machines.renew(params.machine);
      return {};
    },
    'machine.check': async ({ machine }) =>
      (await (await local.setup()).check(await resolve(machine))).map((check) => ({ ...check })),
    'machine.setup': async ({ machine }) => {
      setups.start(await resolve(machine));
      return {};
    },
    'machine.info': async ({ machine }) => engine.request(await resolve(machine), 'machine.info', {}),
    'machine.reconnect': ({ machine }) => {
      engine.wake();
      machines.renew(machine);
      return Promise.resolve({});
    },
    'journal.read': async ({ machine, ...wanted }) =>
      machines.journal(machine)?.read(wanted) ?? readJournal(engine, await resolve(machine), wanted),
    'journal.dismiss': async ({ machine, upto }) => {
      await machines.journal(machine)?.dismiss(upto);
      return {};
    },
  };
}

function operationHandlers(dependencies: HandlerDependencies): Some<'operation' | 'log' | 'passphrase'> {
  const { local, remembered, resolve, settings, locale } = dependencies;
  const { engine } = local;
  return {
    'operation.plan': async ({ machine, request }) => engine.plan(await resolve(machine), request),
    'operation.start': async (params) =>
      startWithPassphrase(dependencies, await resolve(params.machine), params),
    'operation.cancel': async ({ machine, operation }) => engine.cancel(await resolve(machine), operation),
    'operation.list': ({ limit }) => listKnownOperations(dependencies, limit),
    'operation.show': async ({ machine, operation }) =>
      engine.request(await resolve(machine), 'operation.show', { operation }),
    'log.open': async ({ source }, session) => {
      const machine = await resolve(source.machine);
      // Settings that do not parse are told where they are shown; a log is shown all the same.
      const language = await settings.get().then(
        (known) => known.language,
        () => 'system' as const,
      );
      const { containerLog } = languages[languageFor(language, [locale])].app;
      return { log: session.logs.open(logFeedOf(dependencies, machine, source, containerLog)) };
    },
    'log.ack': ({ log, bytes }, session) => {
      session.logs.ack(log, bytes);
      return Promise.resolve({});
    },
    'log.close': ({ log }, session) => {
      session.logs.close(log);
      return Promise.resolve({});
    },
    'passphrase.remembered': async ({ machine: key }) => {
      const machine = await resolve(key);
      const { repositories = [] } = dependencies.projection.get(key) ?? {};
      return listRemembered(
        remembered,
        machine,
        repositories.map(({ guid }) => guid),
      );
    },
    'passphrase.forget': async ({ machine, guid }) => {
      await remembered.forget(await resolve(machine), guid);
      return {};
    },
  };
}

function repositoryHandlers({
  local: { engine },
  resolve,
}: HandlerDependencies): Some<'repository' | 'templates' | 'autostart'> {
  return {
    'repository.slots': async ({ machine, repository }) =>
      engine.request(await resolve(machine), 'repository.slots', { repository }),
    'repository.validate': async ({ machine, repository }) =>
      engine.request(await resolve(machine), 'repository.validate', { repository }),
    'templates.list': () =>
      Promise.resolve(
        Object.entries(templates).map(([template, files]) => ({ template, files: Object.keys(files) })),
      ),
    'templates.apply': async ({ machine, repository, template }) => {
      await applyTemplate(engine, await resolve(machine), repository, template);
      return {};
    },
    'autostart.list': async ({ machine }) => engine.request(await resolve(machine), 'autostart.list', {}),
    'autostart.verify': async ({ machine, repository }) =>
      engine.request(await resolve(machine), 'autostart.verify', { repository }),
  };
}

function bulkHandlers({ bulks }: HandlerDependencies): Some<'bulk'> {
  return {
    'bulk.plan': ({ request }) => bulks.plan(request),
    'bulk.start': ({ request, ...given }) => bulks.start(request, given),
    'bulk.cancel': ({ bulk }) => {
      bulks.cancel(bulk);
      return Promise.resolve({});
    },
  };
}
