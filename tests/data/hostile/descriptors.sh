# What is open here that nobody gave to this lab? The caller has 17 (/), 18 and 19 open.
#= 17: closed
#= 18: closed
#= 19: closed
#= open: 0 1 2 3
#= open in namespaces of its own: 0 1 2 3
exec 2> /dev/null
for n in 17 18 19; do
    if [ -e "/proc/$$/fd/$n" ]; then echo "$n: open"; else echo "$n: closed"; fi
done
ls /proc/self/fd/17/ | grep -q . && echo "17: listed"
head -c 1 <&18 | grep -q . && echo "18: read"
echo evil >&19 && echo "19: written"
# The last one is what ls(1) itself opens.
echo "open: $(ls /proc/self/fd | sort -n | xargs)"
echo "open in namespaces of its own: $(unshare --map-root-user --mount ls /proc/self/fd | sort -n | xargs)"
echo over
