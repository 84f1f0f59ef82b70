"""A PostgreSQL client just big enough for the example: SCRAM-SHA-256 and simple queries (protocol 3.0)."""

import base64
import hashlib
import hmac
import os
import socket
import struct


class PostgresError(Exception):
    pass


class Connection:
    def __init__(self, host, port, user, password, database):
        self.socket = socket.create_connection((host, port), 20)
        self.stream = self.socket.makefile("rb")
        try:
            parameters = f"user\0{user}\0database\0{database}\0\0".encode()
            self.socket.sendall(struct.pack("!ii", len(parameters) + 8, 196608) + parameters)
            self._authenticate(password)
        except BaseException:
            self.close()
            raise

    def close(self):
        self.stream.close()
        self.socket.close()

    def query(self, statement):
        """Runs one or more statements and gives the rows of the last one, as lists of strings."""
        self._send(b"Q", statement.encode() + b"\0")
        rows = []
        while True:
            kind, body = self._receive()
            if kind == b"T":
                rows = []
            elif kind == b"D":
                rows.append(self._row(body))
            elif kind == b"Z":
                return rows

    def _row(self, body):
        (count,), position, values = struct.unpack("!h", body[:2]), 2, []
        for _ in range(count):
            (length,) = struct.unpack("!i", body[position : position + 4])
            position += 4
            values.append(None if length < 0 else body[position : position + length].decode())
            position += max(length, 0)
        return values

    def _send(self, kind, body):
        self.socket.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def _receive(self):
        header = self._read(5)
        body = self._read(struct.unpack("!i", header[1:])[0] - 4)
        if header[:1] == b"E":
            fields = {part[:1]: part[1:].decode() for part in body.split(b"\0") if part}
            raise PostgresError(fields.get(b"M", "unknown error"))
        return header[:1], body

    def _read(self, length):
        data = self.stream.read(length)
        if len(data) < length:
            raise PostgresError("the server closed the connection")
        return data

    def _authenticate(self, password):
        client, first_bare = None, None
        while True:
            kind, body = self._receive()
            if kind == b"Z":
                return
            if kind != b"R":
                continue
            (step,) = struct.unpack("!i", body[:4])
            if step == 10:
                client = base64.b64encode(os.urandom(18)).decode()
                first_bare = f"n=,r={client}"
                first = f"n,,{first_bare}".encode()
                self._send(b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first)
            elif step == 11:
                self._send(b"p", self._proof(password, client, first_bare, body[4:].decode()))
            elif step not in (0, 12):
                raise PostgresError(f"authentication method {step} is not SCRAM-SHA-256")

    @staticmethod
    def _proof(password, client, first_bare, challenge):
        fields = dict(part.split("=", 1) for part in challenge.split(","))
        if not fields["r"].startswith(client):
            raise PostgresError("the server answered to somebody else's nonce")
        salted = hashlib.pbkdf2_hmac(
            "sha256", password.encode(), base64.b64decode(fields["s"]), int(fields["i"])
        )
        key = hmac.digest(salted, b"Client Key", "sha256")
        last = f"c=biws,r={fields['r']}"
        message = f"{first_bare},{challenge},{last}".encode()
        signature = hmac.digest(hashlib.sha256(key).digest(), message, "sha256")
        proof = bytes(a ^ b for a, b in zip(key, signature))
        return f"{last},p={base64.b64encode(proof).decode()}".encode()
