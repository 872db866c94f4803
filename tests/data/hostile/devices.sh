# The nodes of /dev: whatever is done to them here, the machine's own stay as they are.
#= written to null: yes
exec 2> /dev/null
for node in null zero full random urandom tty; do
    mount -o remount,bind,rw /dev/$node
    touch /dev/$node
    touch -d 2001-01-01 /dev/$node
    chmod 600 /dev/$node
    chown 1 /dev/$node
    setfattr -n user.evil -v 1 /dev/$node
    chmod 666 /dev/$node
done
# They are there to be written to all the same.
echo nothing > /dev/null && echo "written to null: yes"
echo over
