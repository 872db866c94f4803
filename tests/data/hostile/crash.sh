# A crash: the kernel may start a program of the machine's for it, as root.
#= crashed: 139 139 139
#= limit: refused
crash() { sh -c 'kill -SEGV $$' 2> /dev/null; echo $?; }
plain=$(crash)
zero=$(ulimit -c 0 2> /dev/null; crash)
nested=$(unshare --map-root-user --mount --pid --fork sh -c 'sh -c "kill -SEGV \$\$"; echo $?' 2> /dev/null)
echo "crashed: $plain $zero $nested"
if ulimit -c 0 2> /dev/null || ulimit -c unlimited 2> /dev/null; then echo "limit: changed"; else echo "limit: refused"; fi
echo over
