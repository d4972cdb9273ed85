# The demo's service: says the time every ten seconds. Kill it, and watch the agent start it again.
trap 'echo "$(date -u +%T) stopping"; exit 0' TERM
echo "$(date -u +%T) started with pid $$"
while :; do
	sleep 10 &
	wait $!
	echo "$(date -u +%T) still here"
done
