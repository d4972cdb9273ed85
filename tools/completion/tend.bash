# Completion of tend for bash.
_tend() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ] || { [ "$COMP_CWORD" = 2 ] && [ "$before" = help ]; }; then
		local tools='agent status start stop restart reload top ps config hash token completion'
		# tend-NAME on the PATH is a tool, too.
		tools+=" $(compgen -c tend- | sed 's/^tend-//')"
		[ "$COMP_CWORD" = 2 ] || tools+=' help --help --version'
		mapfile -t COMPREPLY < <(compgen -W "$tools" -- "$word")
		return
	fi
	case ${COMP_WORDS[1]} in
	agent)
		if [ "$before" = -c ] || [ "$before" = --config ]; then
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen -W '-c --config --socket --once --json --procfs --sysfs --help' -- "$word")
		fi
		;;
	status) mapfile -t COMPREPLY < <(compgen -W '--socket --json --help' -- "$word") ;;
	start | stop | restart | reload) mapfile -t COMPREPLY < <(compgen -W '--socket --help' -- "$word") ;;
	top)
		case $before in
		-s | --sort) mapfile -t COMPREPLY < <(compgen -W 'pid user state nice threads cpu memory resident virtual read write time cgroup command' -- "$word") ;;
		-g | --group) mapfile -t COMPREPLY < <(compgen -W 'user cgroup name' -- "$word") ;;
		--socket) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
		*) mapfile -t COMPREPLY < <(compgen -W '-d --delay -s --sort -r --reverse -t --tree -g --group -f --filter -b --batch
				-n --count --once --json --at --socket --ascii --help' -- "$word") ;;
		esac
		;;
	ps)
		case $before in
		-u | --user) mapfile -t COMPREPLY < <(compgen -u -- "$word") ;;
		-s | --signal | -o | --columns | --sort) mapfile -t COMPREPLY < <(compgen -W "$(tend ps --list-columns 2>/dev/null | cut -d' ' -f1) $([ "${COMP_WORDS[2]}" = kill ] && compgen -A signal | sed 's/^SIG//')" -- "$word") ;;
		*)
			local words='--user --regex --cgroup --port --under --tty --state --older --younger --no-kernel --invert --json --help'
			case ${COMP_WORDS[2]} in
			kill) words+=' --signal --grace --timeout --plan --yes' ;;
			stop | continue | nice) words+=' --plan --yes' ;;
			wait) words+=' --timeout' ;;
			*) words+=' --columns --sort --tree --limit --wide --no-header --csv --list-columns' ;;
			esac
			[ "$COMP_CWORD" != 2 ] || words+=' list tree kill stop continue nice wait'
			mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
			;;
		esac
		;;
	config) mapfile -t COMPREPLY < <(compgen -W 'check show -c --config --help' -- "$word") ;;
	hash)
		case $before in
		-a | --algorithm)
			mapfile -t COMPREPLY < <(compgen -W 'sha256 sha512 sha384 sha224 sha1 md5 blake2b blake2s sha3_256 sha3_512 sha3_384 sha3_224' -- "$word")
			return
			;;
		esac
		if [[ $word == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W '-a --algorithm -l --length -b --binary -t --text --tag --untagged -z --zero
				-r --recursive -j --jobs --json -c --check --ignore-missing --quiet --status --strict -w --warn --interval --help' -- "$word")
		else
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			[ "$COMP_CWORD" != 2 ] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W 'diff watch' -- "$word")
		fi
		;;
	token)
		if [[ $word == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W '-l --length --bits -n --count --classes --symbols --no-ambiguous --separator
				--entropy --json --help' -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen -W 'key password passphrase pin hex base64 urlsafe uuid' -- "$word")
		fi
		;;
	completion) mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$word") ;;
	esac
}
complete -F _tend tend
