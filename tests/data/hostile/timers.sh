# Timers, each of which is a signal that may have to wait: as many as one gets.
#= all are taken
exec 2> /dev/null
command -v perl > /dev/null || { echo "skipped: perl"; exit; }
perl -e '
    my $make = `uname -m` =~ /x86_64/ ? 222 : 107;
    my ($taken, $id) = (0, pack("i", 0));
    # timer_create(2) of CLOCK_REALTIME, with SIGALRM.
    $taken++ while $taken < 2000000 && syscall($make, 0, 0, $id) == 0;
    $| = 1;
    print $taken > 0 ? "all are taken\n" : "none\n";
    $0 = "isolab-test-holds";
    sleep 12;
'
echo over
