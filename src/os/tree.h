/* src/os/tree.h: all that a child has started, and what that has started. */
#ifndef TD_OS_TREE_H
#define TD_OS_TREE_H

#include <stdbool.h>
#include <tend/scope.h>

typedef struct td__tree td__tree;

/* For a child that is about to be started: a control group of its own where one may be made, and a mark for its
 * environment. NULL: raised. */
td__tree *td__tree_new(td_scope *s);
const char *td__tree_mark(const td__tree *t); /* NAME=1 */
/* The directory of the group that it shall be started in, or -1; and what to say when that was not to be. */
int td__tree_group_fd(const td__tree *t);
void td__tree_ungroup(td__tree *t);

/* Signals all of them but the child itself. leader is the child's number as long as it has not been reaped, else 0. */
void td__tree_signal(td__tree *t, int leader, int number);
/* Whether one of them, or the child, still runs. May say what was true a moment ago. */
bool td__tree_runs(td__tree *t, int leader);
/* Kills what still runs and forgets t. */
void td__tree_end(td__tree *t, int leader);

/* For tests: false does without control groups. */
extern bool td__tree_groups;

/* Kills the descendants of a child that are in its process group. */
void td__tree_kill_group(int leader);

#endif
