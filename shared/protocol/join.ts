/** The socket of a machine's resident agent, root's alone. */
export const AGENT_SOCKET = '/run/rediacc/agent.sock';

/** The file in which the agent tells every few seconds that it answers (ready.ts). */
export const AGENT_READY = '/run/rediacc/agent.ready';

/** The file in which the agent's set-up leaves the script that joins it, so that both are of one version. */
export const JOIN_FILE = '/usr/local/lib/rediacc/join';

/** The most bytes of the line with which a connection to the socket begins. */
export const LONGEST_JOIN = 8 * 1024;

/** What a connection to the resident agent is for: the account that used sudo, and the datastore that is meant. */
export interface Join {
  readonly account: { readonly name: string; readonly uid: number; readonly gid: number };
  readonly datastore: string;
}

/** The first word of the line, with the version of its form. */
const FIRST_WORD = 'join-1';

/**
 * What bash does first, run by root as `bash --norc -c JOIN_OR_ELSE JOIN_FILE DATASTORE COMMAND ...`: it joins as the
 * file says, or becomes the command where there is no file, or no agent that answers. It is short, since sudo logs it
 * each time.
 */
export const JOIN_OR_ELSE = '[[ -r $0 ]] && . "$0"; exec "${@:2}"';

/**
 * Returns the text of the join file: bash that becomes the relay between standard input and output and the agent, after
 * a line that tells who acts; or that ends, where no agent answers or the line cannot be told. It is proven before a
 * byte of the client is taken that the agent lives and said so in the last 30 s. Where one was there a minute ago or is
 * silent, or the machine booted just now, it waits 15 s, as long as somebody listens. Each process costs a small
 * machine much: on the usual way there are bash, which becomes the relay, and `cat`, which the relay ends with itself.
 */
export function joinScript(socket = AGENT_SOCKET, ready = AGENT_READY): string {
  return `# Joins the resident agent (docs/decisions/one-resident-agent.md). Written by renet autostart install-unit.
socket='${socket}' ready='${ready}' socat=/usr/bin/socat cat=/usr/bin/cat

# Tells whether the agent answers. Times are hundredths of a second since the boot: now, and when it last said so.
answers() {
  local form pid start stat
  seen=0 lives=0
  read -r now _ </proc/uptime
  now=\${now/.}
  { IFS=$'\\t' read -r form pid start stat _ <"$ready"; } 2>/dev/null || return
  [[ $form == ready-1 && $pid$start =~ ^[0-9]+$ && $stat =~ ^[0-9]+\\.[0-9]+$ ]] || return
  seen=\${stat/.}
  { read -r stat <"/proc/$((10#$pid))/stat"; } 2>/dev/null || return
  # What follows the name, which may hold blanks: the state, ... and the start, which tells it from a later one.
  set -- \${stat##*) }
  [[ $1 != [ZX] && \${20} == "$start" ]] || return
  lives=1
  ((10#$now - 10#$seen < 3000))
}

another_answers() {
  local sockets timer code=1
  ((lives || 10#$now - 10#$seen < 6000)) || return
  IFS= read -r -d '' sockets </proc/net/unix
  [[ $sockets == *" $socket"$'\\n'* ]] || return
  exec {timer}< <(exec /usr/bin/sleep 15)
  while read -r -t 0.2 -u "$timer"; (($? > 128)); do
    if answers; then code=0; break; fi
  done
  { kill $!; wait $!; } 2>/dev/null
  exec {timer}<&-
  return $code
}

if [[ -x $socat && -x $cat && $1\${SUDO_USER-} != *[[:cntrl:]]* ]] && { answers || another_answers; }; then
  # Before bash 5.1 the line is a file for a moment, for which there may be no place.
  [[ -S $socket ]] && exec 7<<<"${FIRST_WORD}"$'\\t'"\${SUDO_UID:-0}"$'\\t'"\${SUDO_GID:-0}"$'\\t'"\${SUDO_USER:-root}"$'\\t'"$1" &&
    exec "$socat" "EXEC:$cat /dev/fd/7 -!!-" "UNIX-CONNECT:$socket"
fi
`;
}

/** Returns the line with which a connection begins, as the join file writes it. */
export function joinLine({ account: { name, uid, gid }, datastore }: Join): string {
  return `${[FIRST_WORD, uid, gid, name, datastore].join('\t')}\n`;
}

/**
 * Reads the line with which a connection begins, without its end. Returns undefined for any other. Only root can write
 * it, so it is as true as the environment that sudo makes.
 */
export function parseJoin(line: string): Join | undefined {
  const [first, uid = '', gid = '', name = '', datastore = '', ...more] = line.split('\t');
  const isRight =
    first === FIRST_WORD && [uid, gid].every((id) => /^\d{1,10}$/.test(id)) && datastore.startsWith('/');
  // The control characters that bash knows.
  if (!isRight || name === '' || more.length > 0 || /[^\P{Cc}\t\u0080-\u009f]/u.test(line)) return undefined;
  return { account: { name, uid: Number(uid), gid: Number(gid) }, datastore };
}
