# The group in which isolab was started, if it can be seen: HOW it is attacked.
#= tried
exec 2> /dev/null
mkdir -p /lab/groups
mount -t cgroup2 none /lab/groups || mount --bind /sys/fs/cgroup /lab/groups
cd /lab/groups
[ "$HOW" = set ] && { umount /lab/groups; mount -t cgroup -o pids none /lab/groups; cd /lab/groups; }
case "$HOW" in
    freeze) echo 1 > cgroup.freeze ;;
    kill) echo 1 > cgroup.kill ;;
    set) mkdir made; echo 5 > pids.max ;;
    make) mkdir made; echo 5 > cgroup.max.descendants; echo 3 > cgroup.max.depth ;;
esac
echo tried
echo over
