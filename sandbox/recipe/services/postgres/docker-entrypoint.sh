#!/bin/sh
# What the official image's entrypoint does, as far as the example needs it: a command that starts with "-" is
# postgres's, the server runs as postgres, and an empty PGDATA becomes a cluster with POSTGRES_DB, owned by
# POSTGRES_USER, whose password is asked for on the network.
set -eu

[ "${1#-}" = "$1" ] || set -- postgres "$@"
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /run/postgresql
    find "$PGDATA" /run/postgresql ! -user postgres -exec chown postgres:postgres {} +
    chmod 700 "$PGDATA"
    # By its path: busybox would take its own, smaller setpriv.
    exec /usr/bin/setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=${POSTGRES_USER:-postgres}
    database=${POSTGRES_DB:-$user}
    if [ -z "${POSTGRES_PASSWORD:-}" ]; then
        echo 'Error: the database is not initialized and POSTGRES_PASSWORD is not set.' >&2
        exit 1
    fi
    password_file=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" > "$password_file"
    initdb --pgdata="$PGDATA" --username="$user" --pwfile="$password_file" --auth-local=trust \
        --auth-host=scram-sha-256 --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8
    rm "$password_file"
    printf 'host all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
    if [ "$database" != postgres ]; then
        # Without a server, so that pg_isready does not answer before the database exists.
        printf 'CREATE DATABASE "%s";\n' "$database" | postgres --single -D "$PGDATA" postgres > /dev/null
    fi
    echo 'PostgreSQL init process complete; ready for start up.'
fi
exec "$@"
