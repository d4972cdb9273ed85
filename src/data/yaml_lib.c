/* yaml_lib.c: libyaml, opened on first use. */
#include "data/yaml_internal.h"

td__yaml_table td__yaml;

static const char *const names[] = {
	"yaml_parser_initialize",   "yaml_parser_delete", "yaml_parser_set_input_string",
	"yaml_parser_set_encoding", "yaml_parser_parse",  "yaml_event_delete",
};

static td__lib lib = {
	.soname = "libyaml-0.so.2",
	.package = "libyaml-0-2",
	.names = names,
	.slots = (void **)(void *)&td__yaml,
	.count = sizeof names / sizeof names[0],
};
_Static_assert(sizeof td__yaml == sizeof names, "one name per function");

bool td__yaml_open(td_scope *s) {
	return td__lib_open(s, &lib);
}

static void end_parser(td_scope *c, void *arg) {
	(void)c;
	td__yaml_end(arg);
}

bool td__yaml_begin(td_scope *s, yaml_loader *l) {
	if (!td__yaml_open(s)) return false;
	if (!td__yaml.parser_initialize(&l->parser)) {
		td_raise(s, TD_MemoryError, "out of memory in libyaml");
		return false;
	}
	/* libyaml guesses UTF-16 from its byte order mark; all else was checked to be UTF-8. */
	td__yaml.parser_set_input_string(&l->parser, (const unsigned char *)l->text.data, l->text.len);
	if (!td_defer(l->scratch, end_parser, l)) {
		td__yaml.parser_delete(&l->parser);
		return false;
	}
	return true;
}

void td__yaml_end(yaml_loader *l) {
	if (l->event.type != YAML_NO_EVENT) td__yaml.event_delete(&l->event);
	td__yaml.parser_delete(&l->parser);
	memset(&l->event, 0, sizeof l->event);
}
