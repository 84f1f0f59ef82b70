import { describe, expect, it } from 'vitest';
import { following, rdc } from '../../rdc.fixtures.ts';

const findings = [
  {
    severity: 'error',
    code: 'slots-file-invalid',
    details: { file: '.rediacc.json', reason: 'it ends', line: 2 },
  },
  { severity: 'warning', code: 'sudo-docker', details: { file: 'Rediaccfile', line: 7 } },
  { severity: 'information', code: 'slot-kept', details: { name: 'webapp', service: 'old', slot: 4 } },
];
const answers = { 'repository.validate': findings };

describe('repo validate', () => {
  it('prints each finding with its next step, and how many there are', async () => {
    const { exit, stdout, asked } = await rdc('repo validate webapp', { answers });
    expect(asked).toEqual([['repository.validate', { repository: 'webapp' }]]);
    const lines = stdout.split('\n');
    expect([exit, lines[0], lines[2], lines[4], lines.at(-2)]).toEqual([
      1,
      '✗ .rediacc.json cannot be used: it ends.',
      expect.stringMatching(/^! Rediaccfile, line 7/) as string,
      '· Slot 4 is kept for "old", which does not run and is in no compose file that an up looks at.',
      '"webapp": errors 1, warnings 1.',
    ]);
    expect(lines[1]).toMatch(/^ {2}→ Mend it/);
  });

  it('ends with 10 for warnings alone, 0 for notes alone', async () => {
    const warned = await rdc('repo validate webapp', {
      answers: { 'repository.validate': findings.slice(1) },
    });
    const clean = await rdc('repo validate webapp', {
      answers: { 'repository.validate': findings.slice(2) },
    });
    expect([warned.exit, clean.exit]).toEqual([10, 0]);
    expect(clean.stdout).toMatch(/"webapp": nothing is wrong\.\n$/);
  });

  it('tells programs code, place, sentence and next step, in the language that was asked for', async () => {
    const { stdout } = await rdc('repo validate webapp --output json --lang fr', { answers });
    expect(JSON.parse(stdout)).toMatchObject({
      repository: 'webapp',
      findings: [
        { severity: 'error', code: 'slots-file-invalid', details: { line: 2 } },
        { code: 'sudo-docker', next: 'Écrivez `docker`, ou `sudo -E docker`.' },
        { code: 'slot-kept' },
      ],
    });
  });
});

describe('repo validate --fix', () => {
  const taken = {
    severity: 'error',
    code: 'network-id-taken',
    details: { name: 'webapp', networkId: 2816, other: 'shop', datastore: '/mnt/rediacc' },
  };

  it('starts the verb that mends what was found, and shows what is left', async () => {
    let asks = 0;
    const engine = following({ kind: 'succeeded' });
    const answersInTurn = {
      get 'repository.validate'() {
        return (asks += 1) === 1 ? [taken] : [];
      },
    };
    const { exit, stdout, asked } = await rdc('repo validate webapp --fix', {
      engine,
      answers: answersInTurn,
    });
    expect(asked).toEqual([
      ['repository.validate', { repository: 'webapp' }],
      ['start', { verb: 'renumber', repository: 'webapp', options: {} }],
      ['repository.validate', { repository: 'webapp' }],
    ]);
    expect([exit, stdout.split('\n').at(-2)]).toEqual([0, '"webapp": nothing is wrong.']);
  });

  it('says that it changed nothing where nothing can be mended', async () => {
    const { exit, stdout, asked } = await rdc('repo validate webapp --fix', { answers });
    expect([exit, asked]).toEqual([1, [['repository.validate', { repository: 'webapp' }]]]);
    expect(stdout).toContain('There is nothing here that --fix can mend; nothing was changed.\n');
  });
});
