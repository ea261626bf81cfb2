#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void nd_thread_name_set(const char *name) { pthread_setname_np(pthread_self(), name); }

void nd_allocator_limits_set(int arenas, int mapped_bytes) {
    mallopt(M_ARENA_MAX, arenas);
    mallopt(M_MMAP_THRESHOLD, mapped_bytes);
}

static socklen_t address_of(const char *name, size_t length, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, name, length);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

int nd_datagram_send(int socket, const char *name, size_t length, const void *bytes, size_t count) {
    struct sockaddr_un address;
    socklen_t size = address_of(name, length, &address);
    return sendto(socket, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&address, size) < 0 ? errno : 0;
}

static int sealed_file(const char *bytes, size_t count) {
    int file = memfd_create("neurond", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    while (file >= 0 && count > 0) {
        ssize_t written = write(file, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            int number = errno;
            close(file);
            errno = number;
            return -1;
        }
        bytes += written;
        count -= (size_t)written;
    }
    if (file >= 0) fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return file;
}

int nd_datagram_send_file(int socket, const char *name, size_t length, const void *bytes, size_t count) {
    struct sockaddr_un address;
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_name = &address, .msg_control = &control, .msg_controllen = sizeof control};
    message.msg_namelen = address_of(name, length, &address);
    memset(&control, 0, sizeof control);
    int file = sealed_file(bytes, count);
    if (file < 0) return errno;
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &file, sizeof(int));
    int number = sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? errno : 0;
    close(file);
    return number;
}
