# A server of the machine that listens below a directory that is bound: SOCKET.
#= connected: no
command -v perl > /dev/null || { echo "skipped: perl"; exit; }
perl -e '
    # AF_UNIX, SOCK_STREAM; struct sockaddr_un.
    socket(my $socket, 1, 1, 0) or die;
    print connect($socket, pack("S a108", 1, $ARGV[0])) ? "connected: yes\n" : "connected: no\n";
' "$SOCKET"
echo over
