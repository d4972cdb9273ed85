/* Rows of yaml. A set is answered as a dict of nulls, dates and times as their shapes. */
#include "oracle.h"

static const td_value *file_of(const oracle_call *call) {
	return oracle_shape(oracle_arg(call, "stream"), "$file");
}

ORACLE_ROW(yaml_safe_load, "yaml.safe_load", "stream") {
	const td_value *path = file_of(call);
	if (path) return td_yaml_safe_load_path(s, td_value_str(path, ""), .tag_times = true);
	const char *text = oracle_text(s, call, "stream", NULL);
	return td_yaml_safe_load(s, text, .tag_times = true);
}

ORACLE_ROW(yaml_safe_load_all, "yaml.safe_load_all", "stream") {
	const td_value *path = file_of(call);
	td_yaml_docs *docs;
	if (path) {
		docs = td_yaml_safe_load_all_path(s, td_value_str(path, ""), .tag_times = true);
	} else {
		const char *text = oracle_text(s, call, "stream", NULL);
		docs = td_yaml_safe_load_all(s, text, .tag_times = true);
	}
	td_value *list = td_value_new_list(s);
	while (td_yaml_docs_next(s, docs)) td_value_append(s, list, td_yaml_docs_value(docs));
	return td_failed(s) ? NULL : list;
}
