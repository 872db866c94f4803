# The machine is to end this lab first when its memory is used up: does it let that be changed?
#= less: refused
exec 2> /dev/null
# With CAP_SYS_RESOURCE the program may set the least, and nothing below is taken.
if echo -1000 2> /dev/null > /proc/self/oom_score_adj; then echo "less: done"; else echo "less: refused"; fi
(exec -a isolab-test-holds sleep 15)
echo over
