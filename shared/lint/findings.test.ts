import { describe, expect, it } from 'vitest';
import { describeFinding, exitOfFindings, sortFindings } from './findings.ts';
import type { Finding } from './findings.ts';
import { en } from '../text/en/en.ts';

const finding = (severity: Finding['severity'], code = 'x'): Finding => ({ severity, code, details: {} });

describe('findings', () => {
  it.each<[Finding['severity'][], number]>([
    [[], 0],
    [['information'], 0],
    [['information', 'warning'], 10],
    [['warning', 'error'], 1],
  ])('of %j end with %i', (severities, exit) => {
    expect(exitOfFindings(severities.map((severity) => finding(severity)))).toBe(exit);
  });

  it('come worst first, each once, else as they were found', () => {
    const found = [
      finding('warning', 'a'),
      finding('error', 'b'),
      finding('warning', 'a'),
      finding('error', 'a'),
    ];
    expect(sortFindings(found)).toEqual([
      finding('error', 'b'),
      finding('error', 'a'),
      finding('warning', 'a'),
    ]);
  });

  it.each([
    [
      'of their own',
      'slot-kept',
      { service: 'api', slot: 3, name: 'shop' },
      /^Slot 3 .*"api"/,
      /slots release shop api/,
    ],
    [
      'of an error',
      'slots-file-invalid',
      { file: '.rediacc.json', reason: 'x' },
      /^\.rediacc\.json/,
      /Mend it/,
    ],
    ['of a notice', 'sudo-docker', { file: 'Rediaccfile', line: 3 }, /^Rediaccfile, line 3/, /sudo -E/],
    ['nobody knows', 'constructor', {}, /^constructor$/, /^$/],
  ])('have a sentence and a next step when their code is one %s', (_, code, details, message, next) => {
    const described = describeFinding({ code, details }, en);
    expect(described.message).toMatch(message);
    expect(described.next).toMatch(next);
  });

  it('have a fix for every notice that validation may turn into one', () => {
    for (const code of Object.keys(en.findings.fixes)) expect(Object.keys(en.notices)).toContain(code);
  });
});
