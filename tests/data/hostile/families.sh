# Sockets of families that are not of the network namespace, or that no lab needs. Those
# that are left out are unix, inet, netlink, inet6, packet (1 2 10 16 17).
#= families: 1 2 10 16 17
#= vsock: refused
command -v perl > /dev/null || { echo "skipped: perl"; exit; }
perl -e '
    my @open;
    for my $family (0 .. 50) {
        # Stream, datagram, raw, seqpacket.
        push @open, $family if grep { socket(my $s, $family, $_, 0) } 1, 2, 3, 5;
    }
    print "families: @open\n";
    my $vsock = socket(my $s, 40, 1, 0) && bind($s, pack("S S L L x4", 40, 0, 54777, 0xffffffff));
    print $vsock ? "vsock: bound\n" : "vsock: refused\n";
'
echo over
