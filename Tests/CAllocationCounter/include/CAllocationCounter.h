#ifndef NEUROND_ALLOCATION_COUNTER_H
#define NEUROND_ALLOCATION_COUNTER_H

#include <stdint.h>

// The number of times that the calling thread has asked malloc and its relatives for memory; -1 where a sanitizer has
// its own malloc and nothing is counted. This library replaces malloc in the program that it is linked into.
int64_t nd_allocation_count(void);

#endif
