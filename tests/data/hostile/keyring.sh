# Whose session keyring is this? It holds the key `isolab-test-key` of who started the lab.
#= found: no
#= read: no
#= changed: no
#= emptied: no
command -v perl > /dev/null || { echo "skipped: perl"; exit; }
# Its name alone may be seen in /proc/keys by who owns it, here and anywhere.
perl -e '
    my ($add, $ctl) = `uname -m` =~ /x86_64/ ? (248, 250) : (217, 219);
    my $type = "user"; my $name = "isolab-test-key"; my $own = "isolab-test-evil"; my $text = "OVERWRITTEN";
    my ($session, $user) = (-3, -4);
    my $key = syscall($ctl, 10, $session, $type, $name, 0);
    $key = syscall($ctl, 10, $user, $type, $name, 0) if $key < 0;
    print $key > 0 ? "found: yes\n" : "found: no\n";
    my $held = "\0" x 64;
    my $size = $key > 0 ? syscall($ctl, 11, $key, $held, 64) : -1;
    print $size > 0 ? "read: " . substr($held, 0, $size) . "\n" : "read: no\n";
    my $done = $key > 0 ? syscall($ctl, 2, $key, $text, length $text) : -1;
    print $done == 0 ? "changed: yes\n" : "changed: no\n";
    # What is put there stays, if it is the keyring of who started the lab.
    syscall($add, $type, $own, $text, length $text, $session);
    # Only a key that was found says whose keyring would be emptied.
    print $key > 0 && syscall($ctl, 7, $session) == 0 ? "emptied: yes\n" : "emptied: no\n";
'
echo over
