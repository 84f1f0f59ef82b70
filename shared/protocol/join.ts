/** The socket of a machine's resident agent, root's alone. */
export const AGENT_SOCKET = '/run/rediacc/agent.sock';

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
 * The script that connects standard input and output with the resident agent, after a line that tells who acts; where
 * none listens, or the relay is not installed, it becomes the command that it is given. It is run by root as `bash -c
 * SCRIPT NAME SOCKET DATASTORE COMMAND ...`. Bash itself looks whether the socket is listened to, since each process
 * costs a small machine much, and becomes the relay, whose end is then the end of the channel.
 */
export const JOIN_SCRIPT = `socket=$1 datastore=$2
shift 2
if [[ -S $socket && $(</proc/net/unix) == *" $socket"* ]] && type -P socat >/dev/null; then
  exec socat - "UNIX-CONNECT:$socket" < <(
    printf '${FIRST_WORD}\\t%s\\t%s\\t%s\\t%s\\n' "\${SUDO_UID:-0}" "\${SUDO_GID:-0}" "\${SUDO_USER:-root}" "$datastore"
    exec cat 2>/dev/null
  )
fi
exec "$@"
`;

/** Returns the line with which a connection begins, as JOIN_SCRIPT writes it. */
export function joinLine({ account: { name, uid, gid }, datastore }: Join): string {
  return `${[FIRST_WORD, uid, gid, name, datastore].join('\t')}\n`;
}

/**
 * Reads the line that JOIN_SCRIPT begins with, without its end. Returns undefined for any other. Only root can write it,
 * so it is as true as the environment that sudo makes.
 */
export function parseJoin(line: string): Join | undefined {
  const [first, uid = '', gid = '', name = '', datastore = '', ...more] = line.split('\t');
  const isRight =
    first === FIRST_WORD && [uid, gid].every((id) => /^\d{1,10}$/.test(id)) && datastore.startsWith('/');
  if (!isRight || name === '' || more.length > 0 || /[^\P{Cc}\t]/u.test(line)) return undefined;
  return { account: { name, uid: Number(uid), gid: Number(gid) }, datastore };
}
