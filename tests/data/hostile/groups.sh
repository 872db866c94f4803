# Which groups a program of a lab has beside that of its user.
sed -n 's/^Groups:[[:space:]]*/groups: /p' /proc/self/status
echo over
