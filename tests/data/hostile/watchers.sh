# All that a user may have a number of: taken, also by namespaces in namespaces.
#= all are taken
exec 2> /dev/null
command -v perl > /dev/null || { echo "skipped: perl"; exit; }
perl -e '
    my ($inotify, $fanotify) = `uname -m` =~ /x86_64/ ? (294, 300) : (26, 262);
    my $taken = 0;
    for (1 .. 18000) { last if syscall($inotify, 0) < 0; $taken++ }
    # FAN_REPORT_FID, which takes no privileges.
    for (1 .. 1000) { last if syscall($fanotify, 0x200, 0) < 0; $taken++ }
    print "all are taken\n";
    $| = 1;
    # What is open stays open in what is started.
    $^F = 1 << 20;
    $0 = "isolab-test-holds";
    sleep 12;
'
echo over
