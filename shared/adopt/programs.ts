import { commandOf, replaceInCommand } from './command.ts';
import type { Command } from './command.ts';
import { containerPorts, imageOf } from './composeService.ts';
import type { WrittenService } from './composeService.ts';
import { setVariable, variablesOf } from './environment.ts';
import { SILENT_IMAGES } from './imageRules.ts';
import type { Listening, Question } from './listening.ts';

/**
 * An address in a command that means all of the machine's, as a server is told where to listen: `--host 0.0.0.0`,
 * `-b 0.0.0.0:8000`, `runserver 0.0.0.0:8000`, `tcp://0.0.0.0:80`. A network (`0.0.0.0/0`) is none.
 */
const WILDCARD = /(?<![\w.])0\.0\.0\.0(?![\w./])/g;
/** The flags whose value may be such an address without a server listening there. */
const NO_LISTENER = /(allow|trust|proxy|cors|origin|from|exclude|ignore)[\w-]*[= ]["']?0\.0\.0\.0/i;

/** The names of variables that say where a server listens. */
const HOST_VARIABLE = /(^|_)(HOST|HOSTNAME|BIND|LISTEN|ADDR|ADDRESS|IP|INTERFACE|URLS)(_|$)/i;
const HOST_VALUE = /^((?:https?|tcp):\/\/)?(0\.0\.0\.0|\[::\]|\+|\*)(:\d+)?$/;
/** The variables with which a framework is told its one address. */
const FRAMEWORK_VARIABLE =
  /^(HOST|HOSTNAME|ASPNETCORE_URLS|FLASK_RUN_HOST|UVICORN_HOST|ROCKET_ADDRESS|NITRO_HOST|NUXT_HOST|SERVER_ADDRESS)$/;

/** The words of a command, or of a service's name, that say that it does its work without listening. */
const SILENT_COMMAND =
  /\b(celery\b.*\b(worker|beat)|sidekiq|queue:(work|listen)|schedule:(work|run)|crond?|supercronic|horizon|rqworker|rq worker|dramatiq|migrate|db:migrate|alembic upgrade|mysqldump|pg_dump(all)?|sleep (infinity|\d+)|tail -f)\b/;
const SILENT_NAME =
  /(^|[-_])(workers?|cron|scheduler|beat|migrations?|migrate|migrator|backups?|init|setup|consumer|sidekiq)([-_]?\d+)?$/;
/** The words of a server, which win over those. */
const SERVER =
  /\b(runserver|uvicorn|gunicorn|hypercorn|daphne|flask|flower|http\.server|artisan serve|rails (s|server)|puma|next|vite|npm|yarn|pnpm|node|nodemon|nginx|java|dotnet|streamlit|jupyter|hugo|mkdocs|httpd|sshd|dropbear|socat|ncat|netcat|nc|serve|server|listen)\b/;
/** The servers that listen on the one address that they are told. */
const ONE_ADDRESS =
  /\b(runserver|uvicorn|gunicorn|hypercorn|daphne|flask|http\.server|artisan serve|php -S|rails (s|server)|puma|next|vite|ng serve|streamlit|jupyter|hugo|mkdocs|fastapi)\b/;
/** The images of a bare system, and the words with which a command of theirs ends by itself or only waits. */
const BARE_IMAGE = /^(busybox|alpine|debian|ubuntu)$/;
const BARE_COMMAND =
  /^(\S*\/)?(sleep|tail|echo|true|false|cat|ls|env|top|ping|mkdir|chown|chmod|cp|mv|rm|date)\b/;

/** Lets a service whose image says nothing listen at its address, if its command or its variables say where it listens. */
export function listenByProgram(service: WrittenService, address: string): Listening {
  const [command, entrypoint] = [commandOf(service), commandOf(service, 'entrypoint')];
  if (command === 'odd' || entrypoint === 'odd') return { asks: 'adopt-command' };
  const ports = containerPorts(service);
  const line = `${entrypoint?.line ?? ''} ${command?.line ?? ''}`.trim();
  if (line.includes(address)) return { edits: [] };
  const wildcards = [...line.matchAll(WILDCARD)].length;
  if (wildcards > 0) return byCommand(service, { line, wildcards, command, ports }, address);
  const hosts = variablesOf(service).filter(
    ({ name, value }) => HOST_VARIABLE.test(name) && HOST_VALUE.test(value),
  );
  if (hosts.length > 0) return byVariable(service, hosts, ports, address);
  if (variablesOf(service).some(({ name, value }) => HOST_VARIABLE.test(name) && saysAddress(value, address)))
    return { edits: [] };
  return listensNowhere(service, line, ports) ? { edits: [] } : { asks: unknown(service) };
}

function saysAddress(value: string, address: string): boolean {
  return value.replace(/^(https?|tcp):\/\//, '').replace(/:\d+$/, '') === address;
}

/** Tells whether a service is of a kind that listens nowhere: no port is known, and its command or name is a worker's. */
export function listensNowhere(service: WrittenService, line: string, ports: readonly string[]): boolean {
  if (ports.length > 0) return false;
  const { owner, name } = imageOf(service);
  if (SERVER.test(line) || line.includes('0.0.0.0')) return false;
  const parts = commandsOf(line);
  if (parts.some((part) => SILENT_COMMAND.test(part)) && parts.every(isSilent)) return true;
  if (SILENT_NAME.test(service.name)) return true;
  const image = service.field('build') !== undefined ? '' : owner === '' ? name : `${owner}/${name}`;
  if (BARE_IMAGE.test(image)) return parts.every(isSilent);
  return SILENT_IMAGES.test(image);
}

/** Returns the commands of a line, one by one: a shell may start a server after it has waited or migrated. */
function commandsOf(line: string): string[] {
  const script = line.replace(/^(\S*\/)?(ba|da|a)?sh -e?c\s/, '');
  return script
    .split(/&&|\|\||[;&|\n]/)
    .map((part) => part.replace(/^[\s"'(]+|[\s"')]+$/g, ''))
    .filter(Boolean);
}

function isSilent(command: string): boolean {
  return SILENT_COMMAND.test(command) || BARE_COMMAND.test(command);
}

function unknown(service: WrittenService): Question {
  return service.field('build') === undefined ? 'adopt-image' : 'adopt-build';
}

function byCommand(
  service: WrittenService,
  given: { line: string; wildcards: number; command: Command | undefined; ports: readonly string[] },
  address: string,
): Listening {
  const { line, wildcards, command, ports } = given;
  if (wildcards > 1 || NO_LISTENER.test(line)) return { asks: 'adopt-command' };
  // Another program may listen at more than the address that one of its flags says.
  if (ports.length !== 1 && !ONE_ADDRESS.test(line)) return { asks: 'adopt-command' };
  const port = /0\.0\.0\.0:(\d+)/.exec(line)?.[1];
  if (!isItsPort(ports, port)) return { asks: 'adopt-ports' };
  const key = command?.line.includes('0.0.0.0') === true ? 'command' : 'entrypoint';
  if (service.field(key)?.shared !== false) return { asks: 'adopt-shared' };
  const edits = replaceInCommand(service, WILDCARD, () => address, key);
  return edits?.length === 1 ? { edits } : { asks: 'adopt-command' };
}

function byVariable(
  service: WrittenService,
  hosts: ReturnType<typeof variablesOf>,
  ports: readonly string[],
  address: string,
): Listening {
  if (service.field('environment')?.shared !== false) return { asks: 'adopt-shared' };
  const [first, second] = hosts;
  if (first === undefined || second !== undefined) return { asks: 'adopt-variable' };
  if (ports.length !== 1 && !FRAMEWORK_VARIABLE.test(first.name)) return { asks: 'adopt-variable' };
  const [, scheme = '', , port = ''] = HOST_VALUE.exec(first.value) ?? [];
  if (!isItsPort(ports, port.slice(1) || undefined)) return { asks: 'adopt-ports' };
  const set = setVariable(service, first, `${scheme}${address}${port}`);
  return set === undefined ? { asks: 'adopt-variable' } : { edits: set };
}

/** Tells whether a service has no port but the one at which it is told to listen. */
function isItsPort(ports: readonly string[], port: string | undefined): boolean {
  const [only, second] = ports;
  if (second !== undefined) return false;
  return only === undefined || (/^\d+$/.test(only) && (port === undefined || port === only));
}
