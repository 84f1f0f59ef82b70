import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { dirname } from 'node:path';

/** A container as the double knows it: the parts of the Engine API's answers that are read. */
export interface DoubleContainer {
  id: string;
  name: string;
  state: string;
  status: string;
  labels?: Record<string, string>;
  /** The file that is mounted as its /etc/hosts. */
  hosts?: string;
  restarts?: number;
  /** The time of its last start, milliseconds since the epoch. */
  startedAt?: number;
  /** The exit codes of the ends that the daemon still remembers. */
  ended?: number[];
}

/** Answers as a Docker daemon does on a true socket, for the questions that the agent asks. */
export interface DockerDouble {
  containers: DoubleContainer[];
  /** Tells everybody who follows events that a container changed. */
  changed(): void;
  close(): void;
}

/** Starts a double of a daemon on a socket. */
export async function dockerDouble(
  socket: string,
  containers: DoubleContainer[] = [],
): Promise<DockerDouble> {
  const followers = new Set<ServerResponse>();
  const double: DockerDouble = {
    containers,
    changed: () => {
      for (const one of followers) one.write('{}\n');
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://daemon');
    if (pathname === '/containers/json') response.end(JSON.stringify(double.containers.map(listed)));
    else if (pathname === '/events' && searchParams.has('until'))
      response.end(double.containers.flatMap(endEvents).join(''));
    else if (pathname === '/events') {
      response.flushHeaders();
      followers.add(response);
    } else {
      const found = double.containers.find(({ id }) => pathname === `/containers/${id}/json`);
      if (found === undefined) response.writeHead(404);
      response.end(JSON.stringify(found === undefined ? {} : inspected(found)));
    }
  });
  mkdirSync(dirname(socket), { recursive: true });
  rmSync(socket, { force: true });
  server.listen(socket);
  await once(server, 'listening');
  return double;
}

function listed({ id, name, state, status, labels = {}, hosts }: DoubleContainer): object {
  const Mounts = hosts === undefined ? [] : [{ Type: 'bind', Source: hosts, Destination: '/etc/hosts' }];
  return { Id: id, Names: [`/${name}`], Image: 'x', State: state, Status: status, Labels: labels, Mounts };
}

function inspected({ state, status, restarts = 0, startedAt }: DoubleContainer): object {
  const ExitCode = Number(/\((\d+)\)/.exec(status)?.[1] ?? 0);
  const StartedAt = startedAt === undefined ? '0001-01-01T00:00:00Z' : new Date(startedAt).toISOString();
  return { RestartCount: restarts, State: { Status: state, ExitCode, StartedAt }, Config: { Tty: false } };
}

function endEvents({ id, ended = [] }: DoubleContainer): string[] {
  const event = (code: number): object => ({
    Action: 'die',
    Actor: { ID: id, Attributes: { exitCode: String(code) } },
  });
  return ended.map((code) => `${JSON.stringify(event(code))}\n`);
}
