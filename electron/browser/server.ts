import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { CONTENT_POLICY } from './contentPolicy.ts';
import type { Application } from '../api/application.ts';
import { readWindowFile } from './files.ts';
import { isOwnHost, isOwnOrigin } from './guard.ts';
import type { Entry } from './guard.ts';
import { serveSocket } from './socket.ts';
import { createVisitors } from './visitors.ts';

interface BrowserServerOptions {
  readonly application: Application;
  readonly entry: Entry;
  /** The absolute path of the built window. */
  readonly folder: string;
  /** The port to listen on; 0: any free one. */
  readonly port: number;
}

export interface BrowserServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The most bytes of a message. Calls are small: a passphrase or a template's name is the most that one holds. */
const LARGEST_MESSAGE = 1024 * 1024;

/**
 * The most connections on which no window has proven itself: a window that comes in has six for its files and one for
 * its calls, several windows may come at once, and nobody else has business here.
 */
const MOST_VISITORS = 64;

/** Times in which a request has to be there, so that an idle connection is not kept for minutes. */
const TIMES = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
};

const HEADERS = {
  'Content-Security-Policy': CONTENT_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Where the page that leads a browser here asks its question. */
const QUESTION_PATH = '/answer/';
const READABLE_BY_ANY_ORIGIN = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** Starts browser mode's server for the built window and the API, on the loopback interface only. */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  const visitors = createVisitors(MOST_VISITORS);
  const server = createServer(TIMES, (request, response) => {
    handle(options, request, response).catch(() => refuse(response, 500));
  });
  server.on('connection', (connection) => visitors.enter(connection));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client may leave at any moment; an error without a listener would end the program.
    socket.on('error', () => undefined);
    const { host, origin } = request.headers;
    if (!isOwnHost(host) || !isOwnOrigin(origin, host) || request.url !== '/api') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    const onAdmitted = (): void => visitors.admit(socket);
    sockets.handleUpgrade(request, socket, head, (opened) => serveSocket(opened, { ...options, onAdmitted }));
  });
  const port = await listen(server, options.port);
  return {
    port,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function handle(
  { entry, folder }: BrowserServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { host, origin } = request.headers;
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (!isOwnHost(host)) refuse(response, 403);
  else if (request.method !== 'GET' && request.method !== 'HEAD') refuse(response, 405);
  else if (pathname.startsWith(QUESTION_PATH)) {
    answerQuestion(entry, pathname.slice(QUESTION_PATH.length), response);
  } else if (origin !== undefined && !isOwnOrigin(origin, host)) refuse(response, 403);
  else {
    const file = await readWindowFile(folder, pathname);
    if (!file) refuse(response, 404);
    else response.writeHead(200, { ...HEADERS, 'Content-Type': file.type }).end(file.bytes);
  }
}

/**
 * Answers the question of the page that leads a browser here (openFile.ts). That page has no origin, so any may read the
 * answer; it is of use only to who has the page, as nobody else knows a question.
 */
function answerQuestion(entry: Entry, question: string, response: ServerResponse): void {
  const answer = entry.answer(question);
  if (answer === undefined) refuse(response, 404);
  else
    response
      .writeHead(200, { ...HEADERS, ...READABLE_BY_ANY_ORIGIN, 'Content-Type': 'text/plain' })
      .end(answer);
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain' }).end(String(status));
}
