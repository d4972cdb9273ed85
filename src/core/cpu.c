/* Asking the processor, at most once. See cpu.h. */
#include "core/cpu.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <stdatomic.h>

enum { UNKNOWN, LACKS, HAS, ASK_FROM = 65536, ASK_CLMUL_FROM = 4096 };

static bool ask_processor(void) {
	unsigned a, b, c, d, low, high;
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return false;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	if ((low & 6) != 6) return false; /* the system does not keep the wide registers */
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_AVX2 && b & bit_BMI;
}

bool td__cpu_avx2(size_t work) {
	static _Atomic int known;
	int state = atomic_load_explicit(&known, memory_order_relaxed);
	if (state == UNKNOWN && work >= ASK_FROM) {
		state = ask_processor() ? HAS : LACKS;
		atomic_store_explicit(&known, state, memory_order_relaxed);
	}
	return state == HAS;
}

bool td__cpu_sha(void) {
	static _Atomic int known;
	int state = atomic_load_explicit(&known, memory_order_relaxed);
	if (state == UNKNOWN) {
		unsigned a, b, c, d;
		bool vectors = __get_cpuid(1, &a, &b, &c, &d) && c & bit_SSSE3 && c & bit_SSE4_1;
		state = vectors && __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA ? HAS : LACKS;
		atomic_store_explicit(&known, state, memory_order_relaxed);
	}
	return state == HAS;
}

bool td__cpu_clmul(size_t work) {
	static _Atomic int known;
	int state = atomic_load_explicit(&known, memory_order_relaxed);
	if (state == UNKNOWN && work >= ASK_CLMUL_FROM) {
		unsigned a, b, c, d;
		state = __get_cpuid(1, &a, &b, &c, &d) && c & bit_PCLMUL ? HAS : LACKS;
		atomic_store_explicit(&known, state, memory_order_relaxed);
	}
	return state == HAS;
}
#else
bool td__cpu_clmul(size_t work) {
	(void)work;
	return false;
}

bool td__cpu_sha(void) {
	return false;
}

bool td__cpu_avx2(size_t work) {
	(void)work;
	return false;
}
#endif
