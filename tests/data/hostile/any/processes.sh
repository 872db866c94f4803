# Processes that do not want to end, in each way that keeps one from being seen.
exec 2> /dev/null
stay() { bash -c 'trap "" HUP INT TERM QUIT USR1; while :; do sleep 200; done' < /dev/null > /dev/null 2>&1 & }
stay
(stay) &
setsid bash -c 'exec 0<&- 1>&- 2>&-; trap "" HUP TERM; exec sleep 400' &
for flags in --pid --mount --net "--user --map-root-user" "--user --pid --mount-proc --map-root-user"; do
    # Each word is an option.
    unshare --fork $flags sleep 500 < /dev/null > /dev/null 2>&1 &
done
kill -9 1
kill -STOP 1
kill -CONT 1
renice -n 19 1
for pid in 1 2 $PPID; do
    nsenter --target $pid --all true
    prlimit --pid $pid --nofile=1
    echo -1000 > /proc/$pid/oom_score_adj
    taskset -p 1 $pid
    chrt --fifo -p 50 $pid
done
ionice -c 1 -p 1
swapoff -a
hwclock --set --date=1980-01-01
date -s 1980-01-01
reboot -f
echo over
