import { AGENT_SOCKET } from './protocol/join.ts';

/** The systemd units of a machine's resident agent: the socket that it is joined by, and the agent itself. */
export const AGENT_SOCKET_UNIT = 'rediacc-agent.socket';
export const AGENT_UNIT = 'rediacc-agent.service';

/**
 * The texts of the units (docs/decisions/one-resident-agent.md). systemd holds the socket, so that whoever joins while
 * the agent starts again waits for it. No start limit, since a socket that systemd has given up would stay closed; and
 * no growing pauses between starts (RestartSteps=), since systemd never lets them shrink again. A reader of hostile
 * files that runs out of memory must not take the agent with it. A pool of threads that holds more than some requests
 * about a hung disk. The environment is that of `renet serve` under sudo.
 */
export const AGENT_UNITS: readonly {
  readonly name: string;
  readonly text: string;
  readonly wanted: string;
}[] = [
  {
    name: AGENT_SOCKET_UNIT,
    wanted: 'sockets.target',
    text: `[Unit]
Description=Rediacc agent: the socket that it is joined by
StartLimitIntervalSec=0

[Socket]
ListenStream=${AGENT_SOCKET}
SocketMode=0600
DirectoryMode=0755
RemoveOnStop=yes

[Install]
WantedBy=sockets.target
`,
  },
  {
    name: AGENT_UNIT,
    wanted: 'multi-user.target',
    text: `[Unit]
Description=Rediacc agent
Requires=${AGENT_SOCKET_UNIT}
After=${AGENT_SOCKET_UNIT} local-fs.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=/usr/local/bin/renet agent
Environment=HOME=/root LC_ALL=C UV_THREADPOOL_SIZE=16 MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
KillMode=mixed
TimeoutStopSec=30
Restart=always
RestartSec=1s
OOMPolicy=continue
OOMScoreAdjust=-500
LimitCORE=0

[Install]
WantedBy=multi-user.target
`,
  },
];
