# A program of isolab's own runs here under a name of the lab's: its file is the machine's.
#= chmod: refused
#= setfattr: refused
#= touch: refused
#= written: refused
#= chown: refused
exec 2> /dev/null
found=
for _ in $(seq 20); do
    for dir in /proc/[0-9]*; do
        if [ "$(tr '\0' ' ' < $dir/cmdline)" = "/lab/serve 8080 hi " ]; then found=$dir; fi
    done
    [ -n "$found" ] && break
    sleep 0.1
done
if [ -n "$found" ] && { exec 7< "$found/exe"; } then
    kill -9 "${found#/proc/}"
    while [ -d "$found" ]; do sleep 0.05; done
    file=/proc/self/fd/7
else
    # It was not even started, or is not to be looked into.
    file=/nonexistent/file
fi
try() { local name=$1; shift; if "$@" $file; then echo "$name: done"; else echo "$name: refused"; fi; }
try "chmod" chmod 000
try "setfattr" setfattr -n user.evil -v 1
try "touch" touch -c -d 2001-01-01
# Only opened: what is in it must stay for the test itself.
if { : >> "$file"; } then echo "written: done"; else echo "written: refused"; fi
try "chown" chown 1
echo over
