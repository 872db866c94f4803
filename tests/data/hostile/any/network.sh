# Links, addresses, rules and sockets, towards what is outside.
exec 2> /dev/null
ip link set lo up
for kind in dummy bridge ifb vcan wireguard bond; do ip link add "e$kind" type $kind; done
for link in eth0 ens3 enp1s0 wlan0; do
    ip link add m0 link $link type macvlan
    ip link add v9 link $link type vlan id 9
done
ip link add a0 type veth peer name b0
for other in 1 2 $PPID; do ip link set b0 netns $other; done
ip address add 10.0.0.1/8 dev lo
ip route add default dev lo
ip rule add from all lookup 9
nft add table inet evil
nft add chain inet evil all '{ type filter hook input priority 0; policy drop; }'
iptables -P INPUT DROP
tc qdisc add dev lo root netem delay 2s
bridge fdb add 02:00:00:00:00:01 dev ebridge
perl -e '
    use Socket;
    for my $family (1 .. 46) { for my $kind (1, 2, 3, 5) {
        socket(my $open, $family, $kind, 0);
        socket($open, $family, $kind, 768);
    } }
    # A message that looks like one of a new device: netlink(7), NETLINK_KOBJECT_UEVENT.
    socket(my $events, 16, 3, 15);
    my $all = pack("SSLL", 16, 0, 0, 1);
    bind($events, $all);
    send($events, "add\@/devices/evil\0ACTION=add\0DEVPATH=/devices/evil\0SUBSYSTEM=block\0", 0, $all);
'
echo over
