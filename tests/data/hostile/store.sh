# Of a store of packages only the packages are there, and they stay as they are.
#= store
#= a program
#= refused
#= refused
exec 2> /dev/null
ls /nix
cat /nix/store/package/program
mount -o remount,bind,rw /nix/store && echo "made writable" || echo refused
echo other > /nix/store/package/program && echo written || echo refused
echo over
