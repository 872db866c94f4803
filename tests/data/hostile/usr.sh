# What is bound read-only, made writable again; PLACE is a directory in it that the
# lab's root, or everybody, may write.
#= remount: refused
#= remount in namespaces of its own: refused
#= a bind of it remounted: refused
#= mount_setattr: refused
#= mount_setattr of a copy: refused
#= written: nothing
exec 2> /dev/null
try() { local name=$1; shift; if "$@"; then echo "$name: done"; else echo "$name: refused"; fi; }
remount() {
    local done=1
    for dir in /usr /bin /lib /nix /gnu /etc/alternatives /etc/ld.so.cache /etc/terminfo; do
        if mount -o remount,bind,rw $dir; then done=0; fi
    done
    return $done
}
try "remount" remount
nested() { unshare --map-root-user --mount mount -o remount,bind,rw /usr; }
try "remount in namespaces of its own" nested
bind() { mount --rbind /usr /mnt && mount -o remount,bind,rw /mnt && touch "/mnt/${PLACE#/usr/}/by-bind"; }
try "a bind of it remounted" bind
if command -v perl > /dev/null; then
    # AT_EMPTY_PATH is 0x1000, MOUNT_ATTR_RDONLY is 1: to be cleared. The numbers of
    # new calls are the same on all machines.
    try "mount_setattr" perl -e '
        my $usr = "/usr"; my $attr = pack("Q4", 0, 1, 0, 0);
        exit(syscall(442, -100, $usr, 0, $attr, 32) != 0);'
    try "mount_setattr of a copy" perl -e '
        my $usr = "/usr"; my $none = ""; my $attr = pack("Q4", 0, 1, 0, 0);
        my $tree = syscall(428, -100, $usr, 1);
        exit(1) if $tree < 0;
        exit(syscall(442, $tree, $none, 0x1000, $attr, 32) != 0);'
else
    echo "mount_setattr: refused"; echo "mount_setattr of a copy: refused"
fi
echo pwned > "$PLACE/file"
chmod 700 "$PLACE"
mkdir "$PLACE/dir"
touch -d 2001-01-01 "$PLACE"
if [ -e "$PLACE/file" ] || [ -e "$PLACE/dir" ] || [ -e "$PLACE/by-bind" ]; then echo "written: something"; else echo "written: nothing"; fi
echo over
