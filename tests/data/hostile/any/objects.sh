# Keys, shared memory, semaphores, queues, files of memory, pipes: more than one needs, all left.
exec 2> /dev/null
for count in $(seq 40); do
    ipcmk -M 1048576
    ipcmk -S 50
    ipcmk -Q
done
for count in $(seq 60); do keyctl add user "lab$count" "secret" @s; done
for ring in @u @us @p @t @g; do
    keyctl add user lab secret $ring
    keyctl clear $ring
    keyctl revoke $ring
done
for file in /dev/shm/a /dev/mqueue/a /run/a /tmp/a; do
    head -c 300000 /dev/zero > $file
    chmod 6777 $file
    chattr +i $file
done
for place in /etc /usr/local /var/tmp /dev /root; do
    : > $place/left-by-a-lab
    mkfifo $place/left-by-a-lab-too
    mknod $place/left-by-a-lab-as-well b 8 0
done
touch -d 1980-01-01 /dev/null /dev/tty /usr /usr/bin /etc /etc/alternatives
flock /usr/bin/env sleep 0.1
echo over
