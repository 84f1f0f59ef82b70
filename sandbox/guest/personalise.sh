# Gives a new machine its own name, machine-id and host keys; run once, as root. The variables NAME and MACHINE_ID, and
# the keys ED25519 and RSA (with _PUB) in base64, are set before this text.
set -eu
printf '%s\n' "$NAME" > /etc/hostname
hostname "$NAME"
sed -i "s/^127\.0\.1\.1 .*/127.0.1.1 $NAME/" /etc/hosts

printf '%s' "$ED25519" | base64 -d > /etc/ssh/ssh_host_ed25519_key
printf '%s' "$ED25519_PUB" | base64 -d > /etc/ssh/ssh_host_ed25519_key.pub
printf '%s' "$RSA" | base64 -d > /etc/ssh/ssh_host_rsa_key
printf '%s' "$RSA_PUB" | base64 -d > /etc/ssh/ssh_host_rsa_key.pub

printf '%s\n' "$MACHINE_ID" > /etc/machine-id
# The journal is in a folder named after the machine-id.
systemctl restart systemd-journald
systemctl reload ssh
sync
