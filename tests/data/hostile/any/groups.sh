# Control groups: everything in them that can be written is, and all the lab is frozen last.
exec 2> /dev/null
for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ -e "$tree/cgroup.procs" ] || continue
    for name in one two "$(printf 'a\nb')" "$(printf '\033]0;x\007')" '*' ' '; do
        mkdir -p "$tree/$name/deep/deeper"
    done
    for pid in 1 2 $PPID $$; do echo "$pid" > "$tree/one/cgroup.procs"; done
    for file in "$tree"/* "$tree"/one/*; do
        case $file in */freezer.state | */cgroup.freeze | */cgroup.kill | */cgroup.procs | */tasks) continue ;; esac
        for value in 0 1 max "+memory +cpu +pids" "8:0 rbps=1" threaded; do
            [ -w "$file" ] && echo "$value" > "$file"
        done
    done
    echo /lab/attack.sh > "$tree/release_agent"
    echo 1 > "$tree/notify_on_release"
    mkdir "$tree/one/inner"
    rmdir "$tree/two/deep/deeper"
done
mkdir /lab/tree
for type in cgroup cgroup2; do
    mount -t $type -o none,name=evil none /lab/tree || mount -t $type none /lab/tree
    mkdir /lab/tree/made
    echo 1 > /lab/tree/cgroup.subtree_control
    umount /lab/tree
done
# What is in a frozen group can be ended all the same.
(for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
    mkdir "$tree/cold" || continue
    sleep 300 > /dev/null &
    echo $! > "$tree/cold/cgroup.procs"
    echo FROZEN > "$tree/cold/freezer.state"
    echo 1 > "$tree/cold/cgroup.freeze"
done) < /dev/null > /dev/null 2>&1
echo over
