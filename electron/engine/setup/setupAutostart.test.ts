import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AGENT_UNITS } from '../../../shared/agentUnits.ts';
import { autostartUnitText } from '../../../shared/autostart.ts';
import { JOIN_FILE, joinScript } from '../../../shared/protocol/join.ts';
import { OS_RELEASE } from './osRelease.fixtures.ts';
import type { Check } from './setup.ts';
import {
  addPrograms,
  agent,
  agentOf,
  fakeRoot,
  installed,
  machine,
  SERVICE_CALLS,
  SERVICE_STATE,
  setUp,
  setupOf,
  UNIT_FILE,
} from './setup.fixtures.ts';
import type { FakeRoot } from './setup.fixtures.ts';

const at = (root: FakeRoot, path: string) => join(root.prefix, path);
const calls = (root: FakeRoot) => readFile(at(root, SERVICE_CALLS), 'utf8');
const checkOf = async (root: FakeRoot, which = agent): Promise<Check | undefined> =>
  (await setupOf(root, which).check(machine)).at(-1);

const needed = 'enabled, active';
const good: Check = { id: 'autostart', state: 'present', found: needed, needed };

describe('the boot service', () => {
  test('is put in place once, by the agent that was installed', async () => {
    const root = await fakeRoot(OS_RELEASE.debian13);
    await addPrograms(root);
    expect(await checkOf(root)).toEqual({ id: 'autostart', state: 'missing', needed });
    await setUp(setupOf(root));
    await setUp(setupOf(root));
    expect([await checkOf(root), await calls(root)]).toEqual([good, '0.1.0 autostart install-unit\n']);
  });

  test.each([
    ['its unit gone', UNIT_FILE, undefined, undefined],
    ['the unit of another datastore', UNIT_FILE, autostartUnitText('/srv/data'), undefined],
    ['a masked unit', UNIT_FILE, '', undefined],
    [
      'the service disabled',
      SERVICE_STATE,
      'ActiveState=active\nUnitFileState=disabled\n',
      'disabled, active',
    ],
    ['the service failed', SERVICE_STATE, 'ActiveState=failed\nUnitFileState=enabled\n', 'enabled, failed'],
    ['a systemd that does not answer', SERVICE_STATE, undefined, ', '],
  ])('is mended, and nothing else is done, on a machine with %s', async (_, path, text, found) => {
    const root = await installed();
    await (text === undefined ? rm(at(root, path)) : writeFile(at(root, path), text));
    expect(await checkOf(root)).toEqual({
      id: 'autostart',
      state: 'missing',
      needed,
      ...(found && { found }),
    });
    const { steps } = await setUp(setupOf(root));
    expect([steps, await checkOf(root)]).toEqual([
      [
        'check started',
        'packages already',
        'agent already',
        'prepare already',
        'autostart started',
        'verify started',
      ],
      good,
    ]);
  });

  test('comes with what joins the resident agent, which is mended too', async () => {
    const root = await installed();
    for (const spoil of [() => rm(at(root, JOIN_FILE)), () => writeFile(at(root, JOIN_FILE), 'exit 1\n')]) {
      await spoil();
      expect((await setUp(setupOf(root))).steps).toContain('autostart started');
      expect(await readFile(at(root, JOIN_FILE), 'utf8')).toBe(joinScript());
    }
  });

  test('comes into the hands of a new agent, though its unit is as it was', async () => {
    const root = await installed();
    await setUp(setupOf(root, agentOf('0.2.0', 'newer();')));
    expect(await calls(root)).toBe('0.1.0 autostart install-unit\n0.2.0 autostart install-unit\n');
  });

  test("of another admin's newer agent that calls the resident one's units otherwise is no fault", async () => {
    const root = await installed();
    await setUp(setupOf(root, agentOf('0.2.0', 'newer();')));
    for (const { name } of AGENT_UNITS) await rm(at(root, join('etc/systemd/system', name)));
    expect((await setUp(setupOf(root))).steps).toContain('autostart already');
  });

  test("of another admin's newer agent stays as it is, but is started when it does not run", async () => {
    const root = await installed();
    await setUp(setupOf(root, agentOf('0.2.0', 'newer();')));
    await writeFile(at(root, UNIT_FILE), '[Unit]\nDescription=Of a later version\n');
    expect([await checkOf(root), (await setUp(setupOf(root))).steps]).toEqual([
      good,
      ['check started', 'packages already', 'agent already', 'prepare already', 'autostart already'],
    ]);
    await writeFile(at(root, SERVICE_STATE), 'ActiveState=inactive\nUnitFileState=enabled\n');
    expect((await setUp(setupOf(root))).steps).toContain('autostart started');
    expect(await checkOf(root)).toEqual(good);
  });

  test.each([
    ['says so', 'echo "Failed to enable unit" >&2; exit 1', 'Failed to enable unit'],
    [
      'leaves it failed',
      `printf 'ActiveState=failed\\nUnitFileState=enabled\\n' >"$root/${SERVICE_STATE}"`,
      'autostart enabled, active (enabled, failed)',
    ],
  ])('that the agent cannot put in place ends the set-up when the agent %s', async (_, does, reason) => {
    const root = await fakeRoot(OS_RELEASE.debian13);
    await addPrograms(root);
    const failing = agentOf('0.1.0', 'failing();', does);
    await expect(setUp(setupOf(root, failing))).rejects.toMatchObject({
      code: 'setup-failed',
      details: { machine: 'prod-1', step: 'autostart', reason },
    });
  });
});
