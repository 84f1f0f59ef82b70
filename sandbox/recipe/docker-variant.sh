# Runs on the machine, as root, before the docker variant's snapshot: a container that is not ours, to be left alone.
set -eu
docker run --quiet --detach --name somebody-elses --restart always 127.0.0.1:5000/busybox:1 sleep infinity
