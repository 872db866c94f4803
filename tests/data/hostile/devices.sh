# The nodes of /dev are the machine's own.
#= touch: refused
#= touch at a time: refused
#= chmod: refused
#= chown: refused
#= setfattr: refused
#= remount: refused
#= written to null: yes
exec 2> /dev/null
each() {
    local done=1
    for node in null zero full random urandom tty; do if "$@" /dev/$node; then done=0; fi; done
    return $done
}
try() { local name=$1; shift; if each "$@"; then echo "$name: done"; else echo "$name: refused"; fi; }
try "touch" touch
try "touch at a time" touch -d 2001-01-01
try "chmod" chmod 600
try "chown" chown 1
try "setfattr" setfattr -n user.evil -v 1
try "remount" mount -o remount,bind,rw
# It is there to be written to all the same.
echo nothing > /dev/null && echo "written to null: yes"
echo over
