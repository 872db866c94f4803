# Bytes of message queues, as many as one gets.
#= all are taken
exec 2> /dev/null
command -v perl > /dev/null || { echo "skipped: perl"; exit; }
perl -e '
    # mq_open(2): O_CREAT and O_RDWR, with flags, messages and bytes of each in the attributes.
    my $open = `uname -m` =~ /x86_64/ ? 240 : 180;
    my $taken = 0;
    for my $each (8192, 256, 1) {
        my $attributes = pack("q8", 0, 10, $each, 0, 0, 0, 0, 0);
        for (1 .. 4000) {
            my $name = "isolab-$each-$_";
            last if syscall($open, $name, 0102, 0600, $attributes) < 0;
            $taken++;
        }
    }
    $| = 1;
    print $taken > 0 ? "all are taken\n" : "none\n";
    $^F = 1 << 20;
    $0 = "isolab-test-holds";
    sleep 12;
'
echo over
