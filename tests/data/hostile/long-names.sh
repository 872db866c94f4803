# Groups in groups, with names so long that no path leads to the last one.
#= made: 20
command -v perl > /dev/null || { echo "skipped: perl"; exit; }
perl -e '
    my $least = 1000;
    for my $top (glob("/sys/fs/cgroup/pids"), glob("/sys/fs/cgroup/memory"), "/sys/fs/cgroup") {
        next unless -e "$top/cgroup.procs" && chdir $top;
        my $made = 0;
        while ($made < 20) {
            mkdir "n" x 250 or last;
            chdir "n" x 250 or last;
            $made++;
        }
        $least = $made if $made < $least;
    }
    print "made: $least\n";
'
echo over
