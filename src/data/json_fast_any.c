/* The quick reader for what every processor of its kind can. */
#ifdef __SSE2__
#define VECTOR 16
#else
#define VECTOR 0
#endif
#define TARGET
#define NAME td__json_fast_any
#include "data/json_fast_body.h"
