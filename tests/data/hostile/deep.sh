# More groups in groups than the program may have files open; a limit below that is
# as good as the removal of all.
#= made: as many as there may be
command -v perl > /dev/null || { echo "skipped: perl"; exit; }
perl -e '
    chdir "/sys/fs/cgroup/pids" or chdir "/sys/fs/cgroup" or die;
    for (1 .. 1900) { mkdir "d" or last; chdir "d" or last }
    print "made: as many as there may be\n";
'
echo over
