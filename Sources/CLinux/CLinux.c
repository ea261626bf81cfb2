#define _GNU_SOURCE
#include "CLinux.h"

#include <pthread.h>

void nd_thread_name_set(const char *name) { pthread_setname_np(pthread_self(), name); }
