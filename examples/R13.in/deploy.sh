if [ "$2" = 1.2.4 ]; then
	echo "no such release: $2" >&2
	exit 3
fi
echo "$2" >deployed
