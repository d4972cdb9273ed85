/* src/core/handle.h: what few handles need beyond internal.h. */
#ifndef TD_CORE_HANDLE_H
#define TD_CORE_HANDLE_H

/* td_move refuses it from now on: its parts live in the scope that it was made in. */
void td__handle_stays(void *handle);

#endif
