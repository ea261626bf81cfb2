// What glibc offers as a GNU extension only, which Swift's Glibc module does not import.
#ifndef ND_CLINUX_H
#define ND_CLINUX_H

// Names the calling thread, as `ps -L` and the journal show it. At most 15 bytes; a longer name is cut by the caller.
void nd_thread_name_set(const char *name);

// Lets malloc have at most so many arenas, each of which keeps what its threads have freed. Called before threads are made.
void nd_allocator_arenas_limit(int count);

#endif
