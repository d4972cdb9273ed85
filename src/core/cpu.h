/* src/core/cpu.h: what the processor can do beyond the least that its kind can. */
#ifndef TD_CORE_CPU_H
#define TD_CORE_CPU_H

#include <stdbool.h>
#include <stddef.h>

/* Whether code for AVX2 may run. work is how many bytes it would be used on: asking the processor is dear on a virtual
 * machine, so it is done once, and only when there is enough to win by it. */
bool td__cpu_avx2(size_t work);

/* Whether the SHA extensions may be used. Asked of the processor once. */
bool td__cpu_sha(void);

/* Whether it multiplies polynomials; work as above. */
bool td__cpu_clmul(size_t work);

#endif
