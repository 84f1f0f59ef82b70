import { describe, expect, it } from 'vitest';
import { rdc } from '../../rdc.fixtures.ts';

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
      '· Slot 4 is kept for "old", which is in no compose file any more.',
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
