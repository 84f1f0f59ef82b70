"""The API server of the source document's example.

GET / counts a visit in PostgreSQL (so that the count survives restarts) and in Redis, and answers 200
{"database": "ok", "visits": 3, "redis": "ok", "hits": 3}; 503 with the reasons when one of them does not answer.
Reads DATABASE_URL, REDIS_URL and LISTEN_ADDR.

The HTTP is by hand: importing http.server takes seconds under emulation.
"""

import json
import os
import signal
import socket
import socketserver
import sys
from urllib.parse import unquote, urlsplit

from postgres import Connection

DATABASE = urlsplit(os.environ["DATABASE_URL"])
REDIS = urlsplit(os.environ["REDIS_URL"])
VISIT = (
    "CREATE TABLE IF NOT EXISTS visits (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());"
    "INSERT INTO visits DEFAULT VALUES; SELECT count(*) FROM visits;"
)


def count_visit():
    connection = Connection(
        DATABASE.hostname,
        DATABASE.port or 5432,
        unquote(DATABASE.username or "postgres"),
        unquote(DATABASE.password or ""),
        DATABASE.path.lstrip("/"),
    )
    try:
        return int(connection.query(VISIT)[0][0])
    finally:
        connection.close()


def count_hit():
    with socket.create_connection((REDIS.hostname, REDIS.port or 6379), 20) as connection:
        connection.sendall(b"*2\r\n$4\r\nINCR\r\n$4\r\nhits\r\n")
        answer = connection.makefile("rb").readline().decode().strip()
    if not answer.startswith(":"):
        raise RuntimeError(answer or "the server closed the connection")
    return int(answer[1:])


def health():
    """The answer to GET /: (HTTP status, body)."""
    body, status = {}, 200
    for service, counter, count in (("database", "visits", count_visit), ("redis", "hits", count_hit)):
        try:
            body[counter] = count()
            body[service] = "ok"
        except Exception as error:
            body[service] = f"{type(error).__name__}: {error}"
            status = 503
    return status, body


class Handler(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self):
        request = self.rfile.readline(8192).split()
        while self.rfile.readline(8192).strip():
            pass
        if len(request) < 2:
            return
        status, body = (404, {"error": "not found"}) if request[1] != b"/" else health()
        reason = {200: "OK", 404: "Not Found", 503: "Service Unavailable"}[status]
        text = json.dumps(body).encode() + b"\n"
        self.wfile.write(
            f"HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode()
        )
        self.wfile.write(text)
        print(request[0].decode(errors="replace"), request[1].decode(errors="replace"), status)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    # As process 1 of a container nothing ends it unless it says so.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    host, _, port = os.environ["LISTEN_ADDR"].rpartition(":")
    with Server((host, int(port)), Handler) as server:
        print(f"listening on {host}:{port}")
        server.serve_forever()
