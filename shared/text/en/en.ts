import { appEn } from './app.ts';
import { hostEn } from './browserMode.ts';
import { cliEn } from './cli.ts';
import { contextsEn } from './contexts.ts';
import { creationEn } from './creation.ts';
import { errorsEn } from './errors.ts';
import { findingsEn } from './findings.ts';
import { firstRunEn } from './firstRun.ts';
import { frameEn } from './frame.ts';
import { healthEn } from './health.ts';
import { journalEn } from './journal.ts';
import { machinesEn } from './machines.ts';
import { manageEn } from './manage.ts';
import { noticesEn } from './notices.ts';
import { clockDoubtsEn, stepsEn, verdictsEn, statesEn } from './operations.ts';
import { panesEn } from './panes.ts';
import { reasonsEn } from './reasons.ts';
import { securityNotesEn } from './security.ts';
import { checksEn, checkStatesEn, setupStepsEn } from './setup.ts';
import { shellEn } from './shell.ts';
import { templatesEn } from './templates.ts';

/** Every sentence that people read, in English: one file for each subject. */
export const en = {
  errors: errorsEn,
  reasons: reasonsEn,
  notices: noticesEn,
  steps: stepsEn,
  verdicts: verdictsEn,
  clockDoubts: clockDoubtsEn,
  states: statesEn,
  checks: checksEn,
  checkStates: checkStatesEn,
  setupSteps: setupStepsEn,
  securityNotes: securityNotesEn,
  cli: cliEn,
  manage: manageEn,
  panes: panesEn,
  frame: frameEn,
  machines: machinesEn,
  contexts: contextsEn,
  creation: creationEn,
  firstRun: firstRunEn,
  app: appEn,
  host: hostEn,
  shell: shellEn,
  health: healthEn,
  journal: journalEn,
  findings: findingsEn,
  templates: templatesEn,
};
