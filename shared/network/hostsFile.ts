/** The line that parts what a service's own `extra_hosts` say from what is the same for all. */
const MARK = '# The services of this repository, by renet compose:';

/** The names that are the machine's own, whatever a service is called. */
const LOCAL_NAME = /^(localhost|ip6-localhost|ip6-loopback|.*\.localhost)$/i;

/** The parts of a hosts file, each as lines of "address name ...". Of two addresses for one name the first counts. */
interface HostsParts {
  /** What a service's own `extra_hosts` say. */
  own: string;
  /** The services with their addresses. */
  services: readonly { name: string; address: string }[];
  /** The machine's own /etc/hosts, which Docker gives a container on the host's network. */
  machine: string;
}

/**
 * Returns the text of a hosts file. Each name stands in it once, as some programs (those of musl) use all addresses of a
 * name. Its bytes depend on nothing else.
 */
export function hostsText({ own, services, machine }: HostsParts): string {
  const taken = new Set(namesIn(own));
  const named = services.filter(({ name }) => !LOCAL_NAME.test(name) && !taken.has(name.toLowerCase()));
  for (const { name } of named) taken.add(name.toLowerCase());
  const lines = [
    ...own.split('\n').filter((line) => line !== ''),
    MARK,
    ...named.map(({ name, address }) => `${address} ${name}`),
    '',
    ...machine
      .trimEnd()
      .split('\n')
      .flatMap((line) => without(line, taken)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Returns the part of a hosts file's text that its service's own `extra_hosts` say. */
export function ownHostsOf(text: string): string {
  const at = text.indexOf(MARK);
  return at === -1 ? '' : text.slice(0, at).trimEnd();
}

function namesIn(text: string): string[] {
  return text.split('\n').flatMap((line) =>
    wordsOf(line)
      .slice(1)
      .map((name) => name.toLowerCase()),
  );
}

function wordsOf(line: string): string[] {
  return line
    .replace(/#.*/, '')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Returns a line of the machine's file without the names that others have; none when it names nothing else. */
function without(line: string, taken: ReadonlySet<string>): string[] {
  const [address, ...names] = wordsOf(line);
  if (address === undefined) return [line];
  const left = names.filter((name) => LOCAL_NAME.test(name) || !taken.has(name.toLowerCase()));
  if (left.length === names.length) return [line];
  return left.length === 0 ? [] : [[address, ...left].join(' ')];
}
