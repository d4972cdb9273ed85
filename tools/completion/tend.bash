# Completion of tend for bash.
_tend() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ] || { [ "$COMP_CWORD" = 2 ] && [ "$before" = help ]; }; then
		local tools='agent status start stop restart reload config completion'
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
	config) mapfile -t COMPREPLY < <(compgen -W 'check show -c --config --help' -- "$word") ;;
	completion) mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$word") ;;
	esac
}
complete -F _tend tend
