import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import * as z from 'zod';
import { CONTENT_POLICY } from './contentPolicy.ts';
import type { Application } from '../api/application.ts';
import { readWindowFile } from './files.ts';
import { isOwnHost, isOwnOrigin } from './guard.ts';
import type { Entry } from './guard.ts';
import { serveSocket } from './socket.ts';

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
const LARGEST_BODY = 1024;

const HEADERS = {
  'Content-Security-Policy': CONTENT_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Starts browser mode's server for the built window and the API, on the loopback interface only. */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  const server = createServer((request, response) => {
    handle(options, request, response).catch(() => refuse(response, 500));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client may leave at any moment; an error without a listener would end the program.
    socket.on('error', () => undefined);
    const { host, origin } = request.headers;
    if (!isOwnHost(host) || !isOwnOrigin(origin, host) || request.url !== '/api') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => serveSocket(opened, options));
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
  if (!isOwnHost(host)) refuse(response, 403);
  else if (request.method === 'POST' && request.url === '/session') {
    if (isOwnOrigin(origin, host)) await giveSecret(entry, request, response);
    else refuse(response, 403);
  } else if (origin !== undefined && !isOwnOrigin(origin, host)) refuse(response, 403);
  else if (request.method !== 'GET' && request.method !== 'HEAD') refuse(response, 405);
  else {
    const file = await readWindowFile(folder, new URL(request.url ?? '/', 'http://localhost').pathname);
    if (!file) refuse(response, 404);
    else response.writeHead(200, { ...HEADERS, 'Content-Type': file.type }).end(file.bytes);
  }
}

const tokenSchema = z.object({ token: z.string() });

async function giveSecret(entry: Entry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = tokenSchema.safeParse(await readBody(request));
  const secret = body.success ? entry.exchange(body.data.token) : undefined;
  if (secret === undefined) refuse(response, 403);
  else
    response
      .writeHead(200, { ...HEADERS, 'Content-Type': 'application/json' })
      .end(JSON.stringify({ secret }));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain' }).end(String(status));
}
