#define _GNU_SOURCE
#include "CLinux.h"

#include <malloc.h>
#include <pthread.h>

void nd_thread_name_set(const char *name) { pthread_setname_np(pthread_self(), name); }

void nd_allocator_arenas_limit(int count) { mallopt(M_ARENA_MAX, count); }
