# Does nothing, for as long as it is looked at.
exec 2> /dev/null
(exec -a isolab-test-holds sleep 15)
echo over
