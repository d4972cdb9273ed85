/* src/test/sequence.h: Python's difflib.SequenceMatcher over sequences of numbers: code points, or lines by number. */
#ifndef TD_TEST_SEQUENCE_H
#define TD_TEST_SEQUENCE_H

#include "core/internal.h"

typedef struct sequence {
	const uint32_t *items;
	size_t len;
} sequence;

typedef struct opcode {
	char tag; /* 'r'eplace, 'd'elete, 'i'nsert, 'e'qual */
	size_t i1, i2, j1, j2;
} opcode;

/* The opcodes that turn a into b, in order, `count` of them; NULL: raised. With blanks_are_junk no match begins at a
 * blank or tab. */
opcode *td__opcodes(td_scope *s, sequence a, sequence b, bool blanks_are_junk, size_t *count);
/* 2 * matches / length. */
double td__ratio(td_scope *s, sequence a, sequence b, bool blanks_are_junk);
/* An upper bound of it that is quick to find. */
double td__quick_ratio(td_scope *s, sequence a, sequence b);

#endif
