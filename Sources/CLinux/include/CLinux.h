// What glibc offers as a GNU extension only, which Swift's Glibc module does not import.
#ifndef ND_CLINUX_H
#define ND_CLINUX_H

#include <stddef.h>

// Names the calling thread, as `ps -L` and the journal show it. At most 15 bytes; a longer name is cut by the caller.
void nd_thread_name_set(const char *name);

// Lets malloc have at most so many arenas, each of which keeps what its threads have freed, and makes it map blocks of so many
// bytes and more one by one. Called before threads are made.
void nd_allocator_limits_set(int arenas, int mapped_bytes);

// Sends one datagram to a Unix socket: at most 108 bytes of name, the first one zero for an abstract one. 0, or an error number.
int nd_datagram_send(int socket, const char *name, size_t length, const void *bytes, size_t count);

// The same with the bytes in a sealed file of memory, whose descriptor is sent: for what is too long for a datagram.
int nd_datagram_send_file(int socket, const char *name, size_t length, const void *bytes, size_t count);

#endif
