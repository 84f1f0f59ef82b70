import { selectAutostart } from '../../shared/bulk.ts';
import type { AutostartVerb } from '../../shared/bulk.ts';
import { EXIT, fill, fromWire, toAppError } from '../../shared/errors.ts';
import type { AutostartEntry } from '../../shared/model.ts';
import { noticeText } from '../../shared/text/noticeText.ts';
import { copyOf } from '../../shared/secrets/secretBytes.ts';
import type { OptionsOf } from '../../shared/verbs.ts';
import type { Text } from '../../shared/text/text.ts';
import type { Agent } from '../agent.ts';
import { installAgentUnits } from '../resident/agentUnits.ts';
import { listAutostart, verifyAutostart } from '../boot/autostart.ts';
import { readPassphraseByHand, runByHand, sentence } from './byHand.ts';

/** The words of `renet autostart ACTION [NAME]` that a person typed. */
interface AutostartRequest {
  action: string;
  repository: string;
  options: OptionsOf<'autostart-enable'>;
  passphraseFile: string | undefined;
  /** For enable-all: leave forks out. */
  excludeForks: boolean;
}

/** Runs `renet autostart`. Resolves with the exit code. */
export async function autostartByHand(agent: Agent, request: AutostartRequest, text: Text): Promise<number> {
  const { action, repository, options, passphraseFile } = request;
  const { machine } = agent;
  switch (action) {
    case 'enable':
      process.stderr.write(`${text.securityNotes.autostart}\n`);
      return runByHand(
        agent,
        { request: { verb: 'autostart-enable', repository, options }, passphraseFile },
        text,
      );
    case 'disable':
      return runByHand(
        agent,
        { request: { verb: 'autostart-disable', repository, options: {} }, passphraseFile },
        text,
      );
    case 'verify': {
      const entry = await verifyAutostart(machine, repository);
      process.stdout.write(linesOf(entry, text));
      return entry.enabled && entry.problems.length === 0 ? EXIT.succeeded : EXIT.failed;
    }
    case 'list': {
      const { unit, repositories } = await listAutostart(machine);
      process.stdout.write(repositories.map((entry) => linesOf(entry, text)).join(''));
      if (unit.problem !== undefined) process.stdout.write(`! ${sentence(fromWire(unit.problem), text)}\n`);
      return EXIT.succeeded;
    }
    case 'enable-all':
      process.stderr.write(`${text.securityNotes.autostart}\n`);
      return forAll(agent, 'autostart-enable', request, text);
    case 'disable-all':
      return forAll(agent, 'autostart-disable', request, text);
    case 'install-unit':
      await machine.bootUnit.ensure({ restart: true });
      await installAgentUnits(agent.run);
      return EXIT.succeeded;
    default:
      process.stderr.write('renet autostart enable | disable | verify | enable-all | disable-all | list\n');
      return EXIT.badArguments;
  }
}

/**
 * Runs a verb on one repository after the other. A failure does not stop the others; Ctrl-C does. Resolves with the
 * exit code.
 */
async function forAll(
  agent: Agent,
  verb: AutostartVerb,
  { passphraseFile, excludeForks }: AutostartRequest,
  text: Text,
): Promise<number> {
  const { targets, leftOut } = selectAutostart({ verb, excludeForks }, await listAutostart(agent.machine));
  const names = targets.map(({ name }) => name);
  const forks = leftOut.filter(({ reason }) => reason === 'fork').map(({ name }) => name);
  if (forks.length > 0) process.stderr.write(`${fill(text.cli.allForks, { names: forks.join(', ') })}\n`);
  if (names.length === 0) return EXIT.succeeded;
  const passphrase =
    verb === 'autostart-enable' ? await readPassphraseByHand(passphraseFile, names.join(', ')) : undefined;
  let failed = 0;
  for (const repository of names) {
    const own = passphrase && copyOf(passphrase);
    const exit = await runByHand(
      agent,
      { request: { verb, repository, options: {} }, passphraseFile: undefined, passphrase: own },
      text,
    ).catch((error: unknown) => {
      const known = toAppError(error);
      process.stderr.write(`${sentence(known, text)}\n`);
      return known.exitCode;
    });
    if (exit === EXIT.cancelled) return exit;
    if (exit !== EXIT.succeeded) failed += 1;
  }
  if (failed === 0) return EXIT.succeeded;
  return failed === names.length ? EXIT.failed : EXIT.warnings;
}

/** Returns a repository's line, with tabs for `cut`, and a line for each of its problems. */
function linesOf(entry: AutostartEntry, text: Text): string {
  const { name, enabled, after = '', delay = 0, lastBoot, problems, notices = [] } = entry;
  const boot = lastBoot === undefined ? '' : text.verdicts[lastBoot.state];
  const sentences = [
    ...problems.map((problem) => `! ${sentence(fromWire(problem), text)}\n`),
    ...notices.map((notice) => `! ${noticeText(notice, text)}\n`),
  ];
  return `${name}\t${enabled ? 'enabled' : 'disabled'}\t${after}\t${delay}\t${boot}\n${sentences.join('')}`;
}
