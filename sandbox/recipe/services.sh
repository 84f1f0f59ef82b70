#!/bin/bash
# services.sh OUT: the layers of the service images, OUT/{busybox,postgres,redis,api}.tar, from Debian's packages.
# A layer holds the programs it names and the libraries they need, nothing else: pulling is slow under emulation.
set -euo pipefail
out=$(readlink -f "$1") recipe=$(dirname "$(readlink -f "$0")")
tree=$out/tree
postgres=usr/lib/postgresql/17

# "extract" unpacks the packages and what they depend on, and runs none of their scripts. No mirror is named:
# mmdebstrap takes its own default.
mmdebstrap --mode=root --variant=extract \
    --include=base-files,busybox-static,postgresql-17,redis-server,python3-minimal,libpython3-stdlib,util-linux,tzdata \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --aptopt='Acquire::Retries "3"' trixie "$tree"

# take LAYER PATH...: copies PATHs of the tree, and the shared libraries that the programs among them need.
take() {
    local layer=$out/$1 path
    shift
    mkdir -p "$layer"
    (cd "$tree" && cp -a --parents "$@" "$layer")
    (cd "$layer" && find . -type f \( -perm /111 -o -name '*.so*' \) -printf '/%P\n') | while read -r path; do
        chroot "$tree" /lib64/ld-linux-x86-64.so.2 --list "$path" 2> /dev/null || true
    done | awk '$3 ~ /^\// { print $3 } $1 ~ /^\/lib64/ { print $1 }' | sort -u | while read -r path; do
        # The library under the name it is asked for, below /usr, where / and /usr are one.
        install -D -m 0755 "$tree$path" "$layer/usr/${path#/}"
    done
}

# user LAYER NAME: the layer's users are root and NAME, 999, as in the official images.
user() {
    mkdir -p "$out/$1/etc"
    printf 'root:x:0:0:root:/root:/bin/sh\n%s:x:999:999::/:/bin/sh\n' "$2" > "$out/$1/etc/passwd"
    printf 'root:x:0:\n%s:x:999:\n' "$2" > "$out/$1/etc/group"
}

pack() {
    tar --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 -C "$out/$1" -cf "$out/$1.tar" .
}

# The base of all: one static program with hundreds of names.
mkdir -p "$out"/busybox/{root,run,var/lib,usr/{bin,sbin,lib,lib64,local/bin}}
(cd "$tree" && cp -a --parents usr/bin/busybox bin sbin lib lib64 "$out/busybox")
user busybox nobody
install -d -m 1777 "$out/busybox/tmp"
ln -s /run "$out/busybox/var/run"
chroot "$tree" busybox --list | while read -r applet; do
    [ -e "$out/busybox/usr/bin/$applet" ] || ln -s busybox "$out/busybox/usr/bin/$applet"
done

rm -rf "$tree/$postgres"/lib/{bitcode,pgxs} "$tree/$postgres"/lib/llvmjit* "$tree"/usr/share/postgresql/17/{man,contrib}
take postgres "$postgres" usr/share/postgresql/17 usr/share/zoneinfo/{UTC,GMT,Etc,Europe} usr/bin/setpriv
user postgres postgres
install -D -m 0755 "$recipe/services/postgres/docker-entrypoint.sh" -t "$out/postgres/usr/local/bin"

take redis usr/bin/redis-{server,check-rdb,cli} usr/bin/setpriv
user redis redis
install -D -m 0755 "$recipe/services/redis/docker-entrypoint.sh" -t "$out/redis/usr/local/bin"
install -d "$out/redis/data"

# Only what the API imports; of the native modules only the one that has PBKDF2.
(
    cd "$tree/usr/lib/python3.13"
    find lib-dynload -name '*.so' ! -name '_hashlib*' -delete
    rm -rf test idlelib ensurepip pydoc_data tkinter turtledemo sqlite3 unittest lib2to3 asyncio xml xmlrpc wsgiref \
        venv dbm curses ctypes multiprocessing zipfile wheel email http _pyrepl
)
install -D -m 0644 -t "$tree/app" "$recipe"/api/*.py
# Compiled now: it takes half a minute under emulation.
chroot "$tree" python3 -m compileall -q --invalidation-mode unchecked-hash /usr/lib/python3.13 /app
take api usr/bin/python3 usr/bin/python3.13 usr/lib/python3.13 app

for layer in busybox postgres redis api; do
    pack "$layer"
done
du -m "$out"/*.tar
