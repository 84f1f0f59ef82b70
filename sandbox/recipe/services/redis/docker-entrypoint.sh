#!/bin/sh
# What the official image's entrypoint does: options alone are redis-server's, which runs as redis, and protected mode
# is off (the container's address is its protection).
set -eu

[ "${1#-}" = "$1" ] || set -- redis-server "$@"
[ "$1" = redis-server ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
    find . ! -user redis -exec chown redis:redis {} +
    # By its path: busybox would take its own, smaller setpriv.
    exec /usr/bin/setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
fi
exec "$@" --protected-mode no
