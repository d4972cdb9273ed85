/* The quick reader for processors with AVX2, which json_fast.c asks for. */
#ifdef __x86_64__
#include <immintrin.h>
#define VECTOR 32
#define TARGET __attribute__((target("avx2,bmi")))
#define NAME TARGET td__json_fast_avx2
#include "data/json_fast_body.h"
#else
#include "data/json_fast.h"

bool td__json_fast_avx2(const td__json_source *src, td__build *b, size_t *end) {
	return td__json_fast_any(src, b, end);
}
#endif
