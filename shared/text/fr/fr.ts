import { appFr } from './app.ts';
import { hostFr } from './browserMode.ts';
import { cliFr } from './cli.ts';
import { contextsFr } from './contexts.ts';
import { creationFr } from './creation.ts';
import { errorsFr } from './errors.ts';
import { findingsFr } from './findings.ts';
import { firstRunFr } from './firstRun.ts';
import { frameFr } from './frame.ts';
import { healthFr } from './health.ts';
import { journalFr } from './journal.ts';
import { machinesFr } from './machines.ts';
import { manageFr } from './manage.ts';
import { noticesFr } from './notices.ts';
import { clockDoubtsFr, stepsFr, verdictsFr, statesFr } from './operations.ts';
import { panesFr } from './panes.ts';
import { reasonsFr } from './reasons.ts';
import { securityNotesFr } from './security.ts';
import { checksFr, checkStatesFr, setupStepsFr } from './setup.ts';
import { shellFr } from './shell.ts';
import { templatesFr } from './templates.ts';
import type { Text } from '../text.ts';

/** Every sentence that people read, in French: one file for each subject. */
export const fr: Text = {
  errors: errorsFr,
  reasons: reasonsFr,
  notices: noticesFr,
  steps: stepsFr,
  verdicts: verdictsFr,
  clockDoubts: clockDoubtsFr,
  states: statesFr,
  checks: checksFr,
  checkStates: checkStatesFr,
  setupSteps: setupStepsFr,
  securityNotes: securityNotesFr,
  cli: cliFr,
  manage: manageFr,
  panes: panesFr,
  frame: frameFr,
  machines: machinesFr,
  contexts: contextsFr,
  creation: creationFr,
  firstRun: firstRunFr,
  app: appFr,
  host: hostFr,
  shell: shellFr,
  health: healthFr,
  journal: journalFr,
  findings: findingsFr,
  templates: templatesFr,
};
