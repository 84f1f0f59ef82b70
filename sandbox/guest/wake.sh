# Sets the clock and the random numbers of a machine after a snapshot was loaded: it has slept since the snapshot, and
# other machines may have woken up with the same memory. NOW is asked for when it is needed, so that it is still true;
# SEED is 64 random bytes in hex.
set -eu
echo ready
read -r now
date -s "@$now" > /dev/null
# Without this, random numbers would repeat those of the last time that this snapshot was loaded. The calls are
# RNDADDENTROPY, then RNDRESEEDCRNG.
perl -e 'open(my $random, ">", "/dev/urandom") or die; my $seed = pack("H*", $ARGV[0]);
    ioctl($random, 0x40085203, pack("ii", 8 * length $seed, length $seed) . $seed) or die;
    ioctl($random, 0x5207, 0) or die;' "$SEED"
