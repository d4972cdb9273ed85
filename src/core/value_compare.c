/* Python's == and < on values. Trees are walked with a list of what is still to compare, since they may be deeper than a
 * stack. */
#include "core/number.h"
#include "core/value_build.h"

/* --- numbers --- */

static int sign_of(int64_t x) {
	return (x > 0) - (x < 0);
}

static int digits_compare(const char *a, size_t a_len, const char *b, size_t b_len) {
	bool a_minus = *a == '-', b_minus = *b == '-';
	if (a_minus != b_minus) return a_minus ? -1 : 1;
	int order = a_len != b_len ? (a_len < b_len ? -1 : 1) : sign_of(memcmp(a, b, a_len));
	return a_minus ? -order : order;
}

static bool is_float(const td_value *v) {
	return v->type == TD_FLOAT_TYPE;
}

static int64_t whole(const td_value *v) {
	return v->type == TD_BOOL ? v->as.b : v->as.i;
}

static bool is_digits(const td_value *v) {
	return v->type == TD_INTEGER && v->flags & TD__V_DIGITS;
}

/* An int against a float, exactly: 2**53 + 1 is above 2.0**53. */
static int whole_against_float(const td_value *v, double d) {
	if (d != d) return 2;
	if (d == __builtin_inf() || d == -__builtin_inf()) return d > 0 ? -1 : 1;
	if (!is_digits(v)) {
		int64_t i = whole(v);
		if (d >= 0x1p63) return -1;
		if (d < -0x1p63) return 1;
		int64_t t = (int64_t)d;
		if (i != t) return i < t ? -1 : 1;
		double rest = d - (double)t;
		return rest > 0 ? -1 : rest < 0;
	}
	if (d < 0x1p62 && d > -0x1p62) return *v->as.text == '-' ? -1 : 1;
	char digits[320]; /* d is whole at this size */
	size_t len = td__float_digits(digits, d);
	return digits_compare(v->as.text, v->n, digits, len);
}

int td__number_compare(const td_value *a, const td_value *b) {
	if (a->type < TD_BOOL || a->type > TD_FLOAT_TYPE || b->type < TD_BOOL || b->type > TD_FLOAT_TYPE) return 2;
	if (is_float(a) && is_float(b)) {
		if (a->as.d != a->as.d || b->as.d != b->as.d) return 2;
		return (a->as.d > b->as.d) - (a->as.d < b->as.d);
	}
	if (is_float(b)) return whole_against_float(a, b->as.d);
	if (is_float(a)) {
		int order = whole_against_float(b, a->as.d);
		return order == 2 ? 2 : -order;
	}
	if (is_digits(a) && is_digits(b)) return digits_compare(a->as.text, a->n, b->as.text, b->n);
	if (is_digits(a)) return *a->as.text == '-' ? -1 : 1;
	if (is_digits(b)) return *b->as.text == '-' ? 1 : -1;
	return (whole(a) > whole(b)) - (whole(a) < whole(b));
}

/* --- equality --- */

typedef struct pair {
	const td_value *a, *b;
	size_t next; /* the first item or pair that was not compared yet */
} pair;

static bool scalar_equal(const td_value *a, const td_value *b) {
	return td__is_container(b) ? false : td__key_equal(a, b);
}

bool td_value_equal(const td_value *a, const td_value *b) {
	if (!a || !b) return a == b;
	if (!td__is_container(a)) return scalar_equal(a, b);
	pair first[32], *open = first;
	size_t depth = 0, room = 32;
	bool equal = true;
	open[depth++] = (pair){a, b, 0};
	while (depth && equal) {
		pair *top = &open[depth - 1];
		td__items x = td__items_of(top->a), y;
		if (top->next == 0) {
			equal = top->a->type == top->b->type;
			if (!equal) break;
			y = td__items_of(top->b);
			equal = x.len == y.len;
		} else {
			y = td__items_of(top->b);
		}
		if (!equal) break;
		if (top->next == x.len) {
			depth--;
			continue;
		}
		size_t i = top->next++;
		const td_value *v, *w;
		if (top->a->type == TD_LIST) {
			v = td__item(&x, i);
			w = td__item(&y, i);
		} else {
			int64_t at = td__dict_find(top->b, td__pair_key(&x, i));
			v = td__pair_value(&x, i);
			w = at >= 0 ? td__pair_value(&y, (size_t)at) : NULL;
		}
		if (!w) {
			equal = false;
		} else if (!td__is_container(v)) {
			equal = scalar_equal(v, w);
		} else {
			if (depth == room) {
				pair *larger = td__malloc(2 * room * sizeof *larger);
				equal = larger != NULL; /* unequal when memory is out, as the header says */
				if (!larger) break;
				memcpy(larger, open, depth * sizeof *larger);
				if (open != first) td__free(open);
				open = larger;
				room *= 2;
			}
			open[depth++] = (pair){v, w, 0};
		}
	}
	if (open != first) td__free(open);
	return equal;
}

/* --- order --- */

int td_value_compare(td_scope *s, const td_value *a, const td_value *b) {
	if (!td__enter(s) || !td__need_handle(s, "a", a) || !td__need_handle(s, "b", b)) return 0;
	while (a->type == TD_LIST && b->type == TD_LIST) {
		td__items x = td__items_of(a), y = td__items_of(b);
		size_t i = 0;
		while (i < x.len && i < y.len && td_value_equal(td__item(&x, i), td__item(&y, i))) i++;
		if (i == x.len || i == y.len) return (x.len > y.len) - (x.len < y.len);
		a = td__item(&x, i);
		b = td__item(&y, i);
	}
	if (td__is_text(a) && a->type == b->type) {
		td_bytes x = td__text_of(a), y = td__text_of(b);
		int order = sign_of(memcmp(x.data, y.data, x.len < y.len ? x.len : y.len));
		return order ? order : (x.len > y.len) - (x.len < y.len);
	}
	bool numbers = a->type >= TD_BOOL && a->type <= TD_FLOAT_TYPE && b->type >= TD_BOOL && b->type <= TD_FLOAT_TYPE;
	if (!numbers) {
		td_raise(s, TD_TypeError, "'<' not supported between instances of '%s' and '%s'", td_value_type_name(a),
		         td_value_type_name(b));
		return 0;
	}
	int order = td__number_compare(a, b);
	return order == 2 ? 0 : order;
}
