# As many processes as there may be, of several users.
#= all are there
exec 2> /dev/null
command -v perl > /dev/null || { echo "skipped: perl"; exit; }
[ "$(awk '{n += $3} END {print n}' /proc/self/uid_map)" -ge 5 ] || { echo "skipped: several ids"; exit; }
# Nothing more can be started afterwards, so this one holds and ends them itself.
perl -e '
    $SIG{CHLD} = "IGNORE";
    pipe(my $told, my $tell);
    my @groups;
    for my $uid (1 .. 4) {
        my $group = fork;
        if ($group) { push @groups, $group; next }
        setpgrp;
        $( = $) = $uid; $< = $> = $uid;
        for (1 .. 900) {
            my $pid = fork;
            last unless defined $pid;
            unless ($pid) { sleep 18; exit }
        }
        syswrite $tell, "x";
        sleep 18; exit;
    }
    sysread $told, my $word, 1 for 1 .. 4;
    $| = 1;
    print "all are there\n";
    $SIG{TERM} = sub { kill 9, map { -$_ } @groups; exit };
    $0 = "isolab-test-holds";
    sleep 15;
'
echo over
