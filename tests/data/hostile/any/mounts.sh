# File systems and mounts in every place, moved, spread and put over one another.
exec 2> /dev/null
mount --make-rshared /
for type in $(awk '{print $NF}' /proc/filesystems); do
    mkdir -p "/lab/$type"
    mount -t "$type" none "/lab/$type"
    mount -t "$type" /dev/sda "/lab/$type"
    find "/lab/$type" -maxdepth 1 > /dev/null
done
for place in / /proc /sys /dev /usr /etc /lab; do
    mount -o remount,rw,exec,suid,dev $place
    mount -o remount,bind,rw $place
    mkdir -p "/tmp/on$place"
    mount --rbind $place "/tmp/on$place"
    mount -o remount,bind,rw "/tmp/on$place"
    : > "$place/left-by-a-lab"
done
mount -t overlay -o lowerdir=/usr,upperdir=/lab/up,workdir=/lab/work none /usr
for count in $(seq 400); do mount --bind /lab /lab; done
mount -t tmpfs -o size=4G none /tmp
: > /tmp/file
losetup -f /tmp/file
mknod /lab/disk b 8 0 && dd if=/dev/zero of=/lab/disk bs=512 count=1
mknod /lab/memory c 1 1 && dd if=/lab/memory of=/dev/null count=1
pivot_root /lab /lab/old
umount -l /proc
umount -l /dev
echo over
