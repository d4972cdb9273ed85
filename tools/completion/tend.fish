# Completion of tend for fish.
set -l tools agent status start stop restart help
complete -c tend -f
complete -c tend -n "not __fish_seen_subcommand_from $tools" -a agent -d 'Watch this machine, keep services running, show both'
complete -c tend -n "not __fish_seen_subcommand_from $tools" -a status -d 'Show the services of the running agent'
complete -c tend -n "not __fish_seen_subcommand_from $tools" -a start -d 'Start a service'
complete -c tend -n "not __fish_seen_subcommand_from $tools" -a stop -d 'Stop a service'
complete -c tend -n "not __fish_seen_subcommand_from $tools" -a restart -d 'Restart a service'
complete -c tend -n "not __fish_seen_subcommand_from $tools" -a help -d 'Show the manual page of a tool'
complete -c tend -n "not __fish_seen_subcommand_from $tools" -l version -d 'Print the version'
complete -c tend -n '__fish_seen_subcommand_from help' -a 'agent status start stop restart'
complete -c tend -n '__fish_seen_subcommand_from agent' -s c -l config -r -F -d 'The configuration'
complete -c tend -n '__fish_seen_subcommand_from agent' -l once -d 'Print one sample and end'
complete -c tend -n '__fish_seen_subcommand_from agent status' -l json -d 'Print for programs'
complete -c tend -l help -d 'How it is used'
